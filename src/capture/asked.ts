import { kindOf } from "./symptom.ts";
import type { Heard } from "./listen/model.ts";
import type { Material } from "./write/material.ts";
import { schemesOf } from "./world/challenge.ts";
import { placeNames, withSlash, type IndexPlace } from "./world/places.ts";

/** The page to ask an index for: one that uv asked for, so that nothing is looked for that nobody looked for. */
export function pageToAsk({ url }: IndexPlace, { chains }: Heard, urls: readonly string[]): string {
  const placeOf = placeNames(urls);
  const label = placeOf(url);
  return chains.find((chain) => kindOf(chain.url) === "page" && placeOf(chain.url) === label)?.url ?? withSlash(url);
}

/** What was learnt by asking, without a name: realms are the company's. */
export function askedFacts({ asked, indexes }: Pick<Material, "asked" | "indexes">): string[] {
  const placeOf = placeNames(indexes.map(({ place }) => place.url));
  return asked.map(({ index, status, challenge, type }) => {
    const schemes = challenge === null ? "no challenge" : `challenge ${schemesOf(challenge).join(" and ")}`;
    return `asked without credentials: ${placeOf(index)} answers ${status}, ${schemes}, ${type ?? "no content type"}`;
  });
}
