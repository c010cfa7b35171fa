import type { WireAnswer } from "../../observation/wire.ts";
import { kindOf } from "../symptom.ts";
import { schemesOf } from "../infer/challenge.ts";
import { isOfCredentials } from "../infer/flavour.ts";
import { placeNames, placeNumbers } from "../infer/places.ts";
import { linkForm, type LinkForm } from "./links.ts";

/** What only the wire had of one index. */
export interface Recorded {
  /** Of the index, as its setting has it. */
  readonly index: string;
  /** The answer to whoever sends nothing; `null`: uv sent none such, or it tells nothing. */
  readonly none: number | null;
  /** `www-authenticate`, as it came. */
  readonly challenge: string | null;
  /** Of pages that were served; `null`: none was, or they differ. */
  readonly type: string | null;
  /** What uv spoke with it over TLS; `null`: it is not encrypted, or nothing was answered. */
  readonly http: "1.1" | "2" | null;
  readonly links: LinkForm | null;
}

/** What the answers to uv tell of each index that was asked. Pages go no further than here. */
export function recordedOf(answers: readonly WireAnswer[], indexes: readonly string[]): Recorded[] {
  const numberOf = placeNumbers(indexes);
  return indexes.flatMap((index, at): Recorded[] => {
    const here = answers.filter(({ url }) => numberOf(url) === at);
    const pages = here.filter(({ url, page }) => page !== null && kindOf(url) === "page");
    const bare = here.filter(({ authorized, url }) => !authorized && kindOf(url) === "page").map(({ status }) => status);
    const { hostname: host } = new URL(index);
    const types = new Set(pages.flatMap(({ type }) => type ?? []));
    const links = pages.flatMap(({ page, type }) => linkForm(page ?? "", type ?? "", host) ?? []);
    const told: Recorded = {
      index,
      // What is not there, is sent on or went wrong tells nothing of who is let in.
      none: bare.find(isOfCredentials) ?? bare.find((status) => status < 300) ?? null,
      challenge: here.find(({ challenge }) => challenge !== null)?.challenge ?? null,
      type: types.size === 1 ? ([...types][0] ?? null) : null,
      http: index.startsWith("https:") ? (here[0]?.http ?? null) : null,
      links: links[0] ?? null,
    };
    return here.length === 0 ? [] : [told];
  });
}

const LINK_WORDS = {
  absolute: "absolute paths",
  relative: "relative paths",
  base: "paths below a base element",
  url: "whole URLs",
} as const satisfies Record<LinkForm["form"], string>;

/** What was recorded, without a name: realms are the company's. */
export function recordedFacts(recorded: readonly Recorded[], indexes: readonly string[]): string[] {
  const placeOf = placeNames(indexes);
  return recorded.flatMap(({ index, none, challenge, type, http, links }) => {
    const schemes = challenge === null ? (none === 401 ? ["no challenge"] : []) : [`challenge ${schemesOf(challenge).join(" and ")}`];
    const scheme = links?.scheme === null || links === null ? "" : ` of ${links.scheme}`;
    const parts = [
      ...(none === null ? [] : [`answers ${none} without credentials`]),
      ...schemes,
      ...(type === null ? [] : [`pages are ${type}`]),
      ...(http === null ? [] : [`HTTP/${http}`]),
      ...(links === null ? [] : [`links are ${LINK_WORDS[links.form]}${scheme}`]),
    ];
    return parts.length === 0 ? [] : [`recorded: ${placeOf(index)}: ${parts.join(", ")}`];
  });
}
