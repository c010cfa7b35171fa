import { isTable } from "../../scenario/schema/value.ts";
import { VOCABULARY, WHOLE_NAMES } from "../names/vocabulary.ts";
import type { Draft } from "./draft.ts";
import type { Material } from "./material.ts";

type Table = Record<string, unknown>;

/** What of the original a scenario holds, one line a thing: nothing secret, and no name. */
export function contentsOf({ looked, indexes, credentials }: Material, { document, failing }: Draft, keep: readonly string[]): string[] {
  const step = (document["step"] as readonly Table[])[failing] ?? {};
  const tables = Object.values(isTable(document["index"]) ? document["index"] : {}).filter(isTable);
  const packages = tables.reduce((sum, { packages: held }) => sum + (Array.isArray(held) ? held.length : 0), 0);
  const sources = [...new Set(credentials.map(({ source }) => SOURCES[source]))];
  const venv = [looked.venv.exists ? "there" : "not there", ...(looked.venv.active ? ["active"] : [])];
  return [
    `the command's own words and options: ${String(step["run"])}`,
    `${count(indexes.length, "index", "indexes")} in uv's order, with scheme, port or none, labels and path segments in their number, and how each answered`,
    `${count(packages, "package")} with versions and what they need, under other names`,
    `${count(looked.manifests.length, "pyproject.toml", "pyproject.toml files")}: dependencies, groups, sources and the settings of uv's that decide`,
    credentials.length === 0
      ? "no credentials: the original has none for these hosts"
      : `where credentials stand (${sources.join(", ")}), their order, and which are the same; secrets are made anew in each run`,
    `the virtual environment: ${venv.join(", ")}; the lock file: ${looked.lock === null ? "not there" : "there"}`,
    `words of names that registries know: ${listed(keptWords(document))}`,
    ...(keep.length === 0 ? [] : [`words that you chose to keep: ${keep.join(", ")}`]),
  ];
}

const SOURCES = {
  settings: "URLs or variables",
  netrc: "netrc",
  store: "uv's store",
  misnamed: "variables of another name than uv reads",
} as const;

function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}

function listed(words: readonly string[]): string {
  return words.length === 0 ? "none" : words.join(", ");
}

/** What stayed of URLs and user names, since registries give it a meaning. */
function keptWords(document: Table): string[] {
  const text = JSON.stringify([document["index"], document["home"], document["files"], document["step"]]);
  const paths = [...text.matchAll(/https?:\/\/[^\s"'\\<>,\]]+/gu)].flatMap(([url]) => (URL.canParse(url) ? new URL(url).pathname : []));
  const words = paths.flatMap((path) => path.match(/[a-z0-9]+/gu) ?? []);
  const whole = [...WHOLE_NAMES].filter((name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`, "u").test(text));
  return [...new Set([...words.filter((word) => VOCABULARY.has(word)), ...whole])].sort((a, b) => (a < b ? -1 : 1));
}
