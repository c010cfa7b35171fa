import { stripVTControlCharacters } from "node:util";

/** A folder of the run and the name that stands for it, as `["$WORK", "/tmp/uv-mre-x1"]`; list both spellings of a linked one. */
export type NamedFolder = readonly [name: string, path: string];

interface Filter {
  readonly find: RegExp;
  readonly put: string;
}

/** What differs between two equal runs, whatever folders they had; applied in this order. */
const FILTERS: readonly Filter[] = [
  { find: /\r\n/g, put: "\n" },
  { find: /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?(?![\d:])/g, put: "[DATE]" },
  { find: /(?<=[\s(~=]|^)(?:\d+h ?)?(?:\d+m ?)?\d+(?:\.\d+)?(?:ns|µs|us|ms|s)\b/gm, put: "[TIME]" },
  { find: /(?<=(?:127\.0\.0\.1|\blocalhost|\[::1\]):)\d{1,5}\b/g, put: "[PORT]" },
  { find: /(?<=[\\/])\.tmp[A-Za-z0-9]{6}\b/g, put: ".tmp[RANDOM]" },
  { find: /(?<=\barchive-v\d+[\\/])[\w-]{8,}/g, put: "[ARCHIVE]" },
  { find: /(?<=\benvironments-v\d+[\\/][\w.-]*)[a-f0-9]{16}\b/g, put: "[HASH]" },
];

/**
 * A function that replaces what differs from run to run: the run's folders by their names, dates, durations,
 * ports of this machine, and the names that uv makes up in its cache. Escape sequences are dropped.
 * Where one folder lies in another, the inner one's name is used.
 */
export function createNormaliser(folders: readonly NamedFolder[]): (text: string) => string {
  const filters = [...folderFilters(folders), ...FILTERS];
  return (text) => filters.reduce((result, { find, put }) => result.replaceAll(find, () => put), stripVTControlCharacters(text));
}

function folderFilters(folders: readonly NamedFolder[]): Filter[] {
  const used = folders.map(([name, path]): NamedFolder => [name, path.replace(/[\\/]+$/, "")]).filter(([, path]) => path.length > 1);
  return used.sort(([, a], [, b]) => b.length - a.length).map(([name, path]) => ({ find: folderPattern(path), put: name }));
}

/** The folder and what is below it, not one whose name merely begins alike; a backslash also doubled, as in JSON, or as a slash. */
function folderPattern(path: string): RegExp {
  const parts = path.split("\\").map((part) => part.replaceAll(/[.*+?^${}()|[\]]/g, "\\$&"));
  return new RegExp(`${parts.join("(?:\\\\+|/)")}(?![\\w-]|\\.\\w)`, "g");
}
