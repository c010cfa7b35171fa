import { literalSecrets } from "../../scenario/secret/literal-secret.ts";
import { wordsOf, type Renamer } from "./rename.ts";

/** Words that stand in every scenario. */
const OURS = new Set(
  `schema title index url user users packages name version requires extras flavour redirect to for faults kind status path credentials
  keyring tool venv state created active home files project dependencies requires-python explicit sources step run env delete write
  reproduced healthy exit nonzero final any none keyring-provider subprocess always authenticate claims vary repair machine login
  netrc credential service username scheme basic password secret stale uv toml local share lock sync as of workspace members package
  raised from venv default pages tls request stderr authorization unknown good with same symptom
  original only here elsewhere varies alone`.split(/[\s-]+/u),
);

/**
 * What stands in a text and must not: words of the original's names, those aside that any scenario has; words that were to be
 * renamed and had no other; and where a secret stands in plain letters.
 */
export function remainingNames(text: string, { map, missed }: Renamer): string[] {
  const words = new Set(wordsOf(text));
  const standing = new Set(map.values());
  const left = [...map.keys()].filter((word) => word.length > 2 && words.has(word) && !OURS.has(word) && !standing.has(word));
  const unnamed = [...missed].filter((word) => words.has(word) && !OURS.has(word) && !standing.has(word));
  return [...left, ...unnamed, ...literalSecrets(text).map(({ where }) => where)];
}
