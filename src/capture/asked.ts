import { kindOf } from "./symptom.ts";
import { indexUrls, type Material } from "./write/material.ts";
import { schemesOf } from "./infer/challenge.ts";
import { placeNames, placeNumbers, withSlash, type IndexPlace } from "./infer/places.ts";

/** The page to ask an index for: one that uv asked for, so that nothing is looked for that nobody looked for. */
export function pageToAsk({ url }: IndexPlace, material: Pick<Material, "log" | "indexes">): string {
  const numberOf = placeNumbers(indexUrls(material));
  const at = numberOf(url);
  return material.log.chains.find((chain) => kindOf(chain.url) === "page" && numberOf(chain.url) === at)?.url ?? withSlash(url);
}

/** What was learnt by asking, without a name: realms are the company's. */
export function askedFacts({ asked, indexes }: Pick<Material, "asked" | "indexes">): string[] {
  const placeOf = placeNames(indexUrls({ indexes }));
  return asked.map(({ index, status, challenge, type }) => {
    const schemes = challenge === null ? "no challenge" : `challenge ${schemesOf(challenge).join(" and ")}`;
    return `asked without credentials: ${placeOf(index)} answers ${status}, ${schemes}, ${type ?? "no content type"}`;
  });
}
