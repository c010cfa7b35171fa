import { kindOf } from "./symptom.ts";
import { CREDENTIAL_PLACES, isCredentialFor, type Credential } from "./infer/credentials.ts";
import { placeName, placeNumbers } from "./infer/places.ts";
import { indexUrls } from "./write/material.ts";
import { untoldFlavours } from "./write/index-tables.ts";
import type { Material } from "./write/material.ts";

/** A hypothesis that what was seen leaves open: it differs in one thing that was not seen. */
export interface Hypothesis {
  /** A statement, as in "not where …"; under the scenario's names. */
  readonly words: string;
  readonly material: Material;
}

/**
 * The worlds that differ in one thing that could not be seen, in the order in which they are tried: first whether a page that is not
 * there is hidden, then secrets of which nothing was told, since most repairs rest on one, then what kind of registry answers where nothing told it.
 */
export function hypothesesOf(material: Material): Hypothesis[] {
  const { credentials, renamer, flavours } = material;
  const numberOf = placeNumbers(indexUrls(material));
  const unsent = credentials.filter(({ state, secret }) => (state === "never sent" || state === "untold") && secret !== null);
  const secrets = [...new Map(unsent.map((each) => [each.secret, each])).values()];
  const bad = secrets.map(({ secret, source, user }): Hypothesis => ({
    words: `the secret${user === null ? "" : ` of user ${renamer.name(user)}`} in ${CREDENTIAL_PLACES[source]} is bad`,
    material: { ...material, credentials: credentials.map((each) => (each.secret === secret ? { ...each, state: "refused" } : each)) },
  }));
  const others = untoldFlavours(material).map(({ place, label }): Hypothesis => ({
    words: `${label} is a pypiserver`,
    material: { ...material, flavours: new Map([...flavours, [place.url, "pypiserver"]]) },
  }));
  const hiding = material.indexes.flatMap(({ place }, at): Hypothesis[] => {
    const hidden = material.log.chains.some(
      ({ url, sent, ended }) => ended === 404 && sent === "credentials" && kindOf(url) === "page" && numberOf(url) === at,
    );
    const here = (each: Credential): boolean => each.state === "untold" && isCredentialFor(each, place.url);
    if (!hidden || !credentials.some(here)) return [];
    return [
      {
        words: `${placeName(at)} hides what it has from whoever it does not know, and the secret is bad`,
        material: {
          ...material,
          hiding: new Set([...material.hiding, place.url]),
          credentials: credentials.map((each) => (here(each) ? { ...each, state: "refused" } : each)),
        },
      },
    ];
  });
  return [...hiding, ...bad, ...others];
}

/** What varying the unseen came to. */
export interface Varied {
  /** Hypotheses that agree with all that was seen, the written one aside, and the repair that heals each. */
  readonly agreeing: readonly { readonly words: string; readonly repair: string | null }[];
  /** Hypotheses that came to no answer: the budget did not reach them, or they could not be run. */
  readonly left: readonly string[];
  readonly budget: number;
}

/** What the reader has to know beside the repair; `repair` is that of the written scenario. */
export function contrastWords(repair: string | null, { agreeing, left, budget }: Varied): string[] {
  const healed = agreeing.filter((hypothesis) => repair !== null && hypothesis.repair === repair).length;
  const count = agreeing.length + 1;
  const several =
    agreeing.length === 0
      ? []
      : [`${count} hypotheses agree with all that was seen${repair === null ? "" : `; this repair heals ${healed + 1} of them`}:`];
  return [
    ...(repair === null && agreeing.length + left.length === 0 ? ["Nothing that was not seen is left to vary."] : []),
    ...several,
    ...agreeing.map(({ words, repair: own }) => {
      if (repair !== null) return `- ${own === repair ? "also" : "not"} where ${words}`;
      return own === null ? `- not explained where ${words}, either` : `- where ${words}, it heals when ${own}`;
    }),
    ...(left.length === 0 ? [] : [`Not settled within ${budget} runs: whether ${left.join("; whether ")}.`]),
  ];
}
