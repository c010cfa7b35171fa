import { applyCut, type Cut, cutBy, type Edit } from "./cut.ts";
import { escapePattern } from "../scenario/escape-pattern.ts";
import { holdsWord, namesOf } from "./names.ts";

/** Names in alphabetical order, so that what is sorted stays in its order. */
const USERS = ["alice", "bob", "carol", "dave", "erin", "frank"];
const LETTERS = "abcdefghijklmnopqrstuvwxyz".split("");
const ORIGIN = /\bhttps?:\/\/(?:[^\s/"'@]+@)?([A-Za-z0-9.-]+(?::\d+)?)(\/[^\s"'`<>,)\]}?#]*)?/gu;
const SIMPLE = "/simple/";

type Kind = (toml: string) => Cut[];

/** One is called as every example's is; several by a letter each. */
const lettered =
  (what: string, of: "packages" | "projects", single: string, prefix: string): Kind =>
  (toml) => {
    const names = namesOf(toml)[of];
    return renaming(what, toml, standIns(names, names.length === 1 ? [single] : LETTERS.map((letter) => `${prefix}-${letter}`)));
  };

const KINDS: readonly Kind[] = [
  (toml) => {
    const { indexes } = namesOf(toml);
    return renaming("index names", toml, standIns(indexes, indexNames(indexes.length)), { areIndexes: true });
  },
  (toml) => renaming("user names", toml, standIns(namesOf(toml).users, USERS)),
  lettered("package names", "packages", "sandbox", "pkg"),
  lettered("project names", "projects", "app", "app"),
  (toml) => {
    const hosts = [...new Set(addressesIn(toml).map(({ hostname }) => hostname))];
    return renaming(
      "hosts",
      toml,
      standIns(
        hosts,
        LETTERS.map((letter) => `${letter}.example`),
      ),
      { before: "[\\w.-]" },
    );
  },
  (toml) => renaming("addresses without a port", toml, portless(addressesIn(toml)), { before: "[\\w.-]" }),
  (toml) => renaming("paths", toml, simplePaths(toml), { before: "[\\w.-]" }),
];

/** Names and addresses that may be shorter: everything at once, all of one kind, then each by itself. What is sorted stays so. */
export function shorterValues(toml: string): Cut[] {
  return [...atOnce(toml), ...KINDS.flatMap((kind) => kind(toml))].filter(({ size, edits }) => size > 0 && edits.length > 0);
}

function atOnce(toml: string): Cut[] {
  const cuts: Cut[] = [];
  let text = toml;
  for (const kind of KINDS) {
    const [cut] = kind(text);
    if (cut === undefined || cut.size <= 0) continue;
    cuts.push(cut);
    text = applyCut(text, cut);
  }
  if (cuts.length < 2) return [];
  const made = cutBy(cuts.map(({ words }) => words).join("; "), [{ from: 0, to: toml.length, text }]);
  return [{ ...made, renames: new Map(cuts.flatMap(({ renames }) => [...(renames ?? [])])) }];
}

function addressesIn(toml: string): URL[] {
  return [...namesOf(toml).urlOf.values()].filter((url) => URL.canParse(url)).map((url) => new URL(url));
}

function indexNames(count: number): readonly string[] {
  if (count === 1) return ["private"];
  return count <= 3 ? ["first", "second", "third"] : LETTERS.map((letter) => `index-${letter}`);
}

/** The shorter name for each that has one, in the same order. */
function standIns(names: readonly string[], pool: readonly string[]): Map<string, string> {
  const sorted = [...names].sort((a, b) => (a < b ? -1 : 1));
  return sorted.length > pool.length ? new Map() : new Map(sorted.map((name, at) => [name, pool[at] ?? name]));
}

/** Hosts that their name alone tells apart. */
function portless(hosts: readonly URL[]): Map<string, string> {
  const all = new Set(hosts.map(({ origin }) => origin));
  const single = hosts.filter(
    ({ hostname, port }) => port !== "" && [...all].filter((origin) => new URL(origin).hostname === hostname).length === 1,
  );
  return new Map(single.map(({ host, hostname }) => [host, hostname]));
}

/** Every path of an index as `/simple/`, where the host alone tells them apart. */
function simplePaths(toml: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, host = "", path = ""] of toml.matchAll(ORIGIN))
    if (path.length > SIMPLE.length) found.set(`${host}${path}`, `${host}${SIMPLE}`);
  return new Set(found.values()).size === found.size ? found : new Map();
}

interface Renaming {
  /** What may not stand before a name. */
  readonly before?: string;
  readonly areIndexes?: boolean;
}

/** All at once, then each; a name that stands there already is none. */
function renaming(
  kind: string,
  toml: string,
  names: ReadonlyMap<string, string>,
  { before = "[\\w-]", areIndexes = false }: Renaming = {},
): Cut[] {
  const told = [...names].filter(([name, other]) => name.length > other.length && (name.startsWith(other) || !holdsWord(toml, other)));
  const cut = (words: string, pairs: readonly (readonly [string, string])[]): Cut => {
    const made = cutBy(
      words,
      pairs.flatMap(([name, other]) => editsOf(toml, name, other, before)),
    );
    return areIndexes ? { ...made, renames: new Map(pairs.map(([name, other]) => [other, name])) } : made;
  };
  const each = told.map(([name, other]) => cut(`${other} in place of ${name}`, [[name, other]]));
  return told.length < 2 ? each : [cut(`shorter ${kind}`, told), ...each];
}

/** Wherever it stands, also as variables and files spell it. */
function editsOf(toml: string, name: string, other: string, before: string): Edit[] {
  const spellings = new Map([
    [name, other],
    [name.replaceAll("-", "_"), other.replaceAll("-", "_")],
    [variable(name), variable(other)],
  ]);
  return [...spellings].flatMap(([from, to]) => {
    const pattern = new RegExp(
      from === name ? `(?<!${before})${escapePattern(from)}(?![\\w-])` : `(?<![A-Za-z0-9-])${escapePattern(from)}(?![A-Za-z0-9-])`,
      "gu",
    );
    return [...toml.matchAll(pattern)].map(({ index, 0: found }) => ({ from: index, to: index + found.length, text: to }));
  });
}

function variable(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/gu, "_");
}
