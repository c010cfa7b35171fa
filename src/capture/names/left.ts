import type { Renamer } from "./rename.ts";

/** Words that stand in every scenario. */
const OURS = new Set(
  `schema title index url user users packages name version requires extras flavour redirect to for faults kind status path credentials
  keyring tool venv state created active home files project dependencies requires-python explicit sources step run env delete write
  reproduced healthy exit nonzero final any none keyring-provider subprocess always authenticate claims vary repair machine login
  netrc credential service username scheme basic password secret stale uv toml local share lock sync as of workspace members package
  raised from venv default pages tls request stderr authorization unknown good with same symptom`.split(/[\s-]+/u),
);

/** Words of the original's names that stand in a text, those aside that any scenario has. */
export function leftNames(text: string, { map }: Renamer): string[] {
  const words = new Set([...text.matchAll(/[A-Z]?[a-z]+[0-9]*|[A-Z]+(?![a-z])[0-9]*|[0-9]+/gu)].map(([word]) => word.toLowerCase()));
  const standing = new Set(map.values());
  return [...map.keys()].filter((word) => word.length > 2 && words.has(word) && !OURS.has(word) && !standing.has(word));
}
