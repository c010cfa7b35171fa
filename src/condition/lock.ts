import { parse } from "smol-toml";
import type { LockMatcher } from "../scenario/model.ts";
import { isTable, oneOrMore, text } from "../scenario/schema/value.ts";
import { either } from "./clause.ts";
import type { StepEvidence } from "./evidence.ts";
import type { Keys } from "./key.ts";
import { clauseWords, type ListKind, type Seen } from "./kind.ts";
import { packageKeys } from "./package-keys.ts";

export const LOCK_FILE = "uv.lock";

const textOrTexts = oneOrMore(text);

const KEYS = {
  ...packageKeys("as the lock file writes it"),
  source: {
    schema: textOrTexts,
    note: "Part of its source, written `registry+https://…`, `git+…`, `virtual+.`; or a whole pattern where it holds `*`.",
    role: "holds",
    field: "source",
    operator: "part",
    words: (sources, quote) => `comes from ${either(sources, quote)}`,
  },
  url: {
    schema: textOrTexts,
    note: "Part of the URL of one of its files, or a whole pattern where it holds `*`.",
    role: "holds",
    field: "url",
    operator: "part",
    words: (urls, quote) => `has a file at ${either(urls, quote)}`,
  },
  requires: {
    schema: textOrTexts,
    note: "Name of a package that it depends on.",
    role: "holds",
    field: "requires",
    operator: "is",
    words: (names, quote) => `requires ${either(names, quote)}`,
  },
} satisfies Keys<LockMatcher>;

/** The packages in the project's `uv.lock` after the step. Of a lock file that is not there, or can't be read, nothing holds. */
export const LOCK: ListKind = {
  note: "Packages in the project's `uv.lock` after the step.",
  keys: KEYS,
  source: "lock",
  among: [],
  noun: "locked package",
  seen: lockedPackages,
  words: clauseWords("entry in uv.lock", KEYS),
};

function lockedPackages({ files }: StepEvidence): Seen[] {
  const record = files.find(({ path }) => path === LOCK_FILE);
  if (record === undefined || record.content === null) {
    return [{ fields: {}, line: `${LOCK_FILE} ${record === undefined ? "was not looked at" : (record.unread ?? "does not exist")}` }];
  }
  try {
    const document = parse(record.content);
    // Releases before 0.3 call a package a distribution.
    return listOf(document["package"] ?? document["distribution"]).map(seenPackage);
  } catch {
    return [{ fields: {}, line: `${LOCK_FILE} is no TOML` }];
  }
}

function seenPackage(entry: Readonly<Record<string, unknown>>): Seen {
  const { name, version, source, dependencies, sdist, wheels } = entry;
  const urls = [...listOf(sdist), ...listOf(wheels)].flatMap((file) => textOf(file["url"]) ?? textOf(file["path"]) ?? []);
  const fields = {
    package: textOf(name),
    version: textOf(version),
    source: isTable(source) ? Object.entries(source).map(([kind, place]) => `${kind}+${String(place)}`) : textOf(source),
    url: urls,
    requires: listOf(dependencies).flatMap((each) => textOf(each["name"]) ?? []),
  };
  const from = [fields.source].flat().join(", ");
  return { fields, line: `${fields.package ?? "a package"} ${fields.version ?? "without a version"} from ${from}` };
}

function listOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return (Array.isArray(value) ? value : [value]).filter(isTable);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
