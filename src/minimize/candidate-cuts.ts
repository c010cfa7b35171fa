import { type Cut, cutBy, type Edit } from "./cut.ts";
import { holdsWord, namesOf } from "./names.ts";
import { piecesOf, type Piece } from "./pieces.ts";
import { mergedSteps, stepsOf } from "./steps.ts";

/** What makes the scenario what it is: never taken out. */
const KEPT = new Set(["schema", "title", "claims", "supported", "issue", "description"]);
const CONDITIONS = new Set(["reproduced", "healthy"]);

/** What uv asks for wherever the table above it is there: without it the table says nothing. */
const ASKED_FOR = /^files\.[^.]+\.toml\.(?:project\.(?:name|version)|(?:tool\.uv\.)?index\.\d+\.url|tool\.uv\.sources\.[^.]+\.index)$/u;

/** What can be taken out, larger things first. */
export function cutsOf(toml: string): Cut[] {
  const all = piecesOf(toml);
  const pieces = all.filter(isCuttable);
  const single = pieces.filter((piece) => isTold(piece, all)).map((piece) => cutOf(wordsFor(piece), [piece]));
  const cuts = [
    ...single,
    ...runsOf(pieces),
    ...namedCuts(pieces, toml),
    ...stepsOf(all, toml),
    ...mergedSteps(all, toml),
    ...commandWords(toml),
    ...versions(toml),
  ];
  const distinct = new Map(cuts.filter(({ size }) => size > 0).map((cut) => [JSON.stringify(cut.edits), cut]));
  return [...distinct.values()].sort((a, b) => b.size - a.size);
}

/** Whether a piece says something that what holds it does not: the only one in a list or table goes with that. */
function isTold(piece: Piece, all: readonly Piece[]): boolean {
  if (ASKED_FOR.test(piece.path.join("."))) return false;
  const depth = piece.path.length - 1;
  const above = all.find((each) => each.path.length === depth && isBelow(piece, each));
  const isAboveKept = above === undefined || !isCuttable(above);
  return (isAboveKept && piece.path[0] !== "vary") || hasSiblings(piece, all);
}

function hasSiblings(piece: Piece, all: readonly Piece[]): boolean {
  const depth = piece.path.length - 1;
  return all.some(
    (each) => each !== piece && each.path.length > depth && each.path[depth] !== piece.path[depth] && sharesPath(each, piece, depth),
  );
}

function isBelow(piece: Piece, above: Piece): boolean {
  return sharesPath(piece, above, above.path.length);
}

function sharesPath(a: Piece, b: Piece, length: number): boolean {
  return b.path.slice(0, length).every((part, at) => a.path[at] === part);
}

function isCuttable({ path, kind, embedded }: Piece): boolean {
  const [first, second] = path;
  // Steps are numbered, which is a cut of its own.
  if (first === "step" && kind === "table") return false;
  if (KEPT.has(String(first))) return false;
  if (first === "step" && path.some((part, at) => at > 0 && !embedded && CONDITIONS.has(String(part)))) return false;
  // The pair itself is what the smaller one is held against.
  return !(first === "vary" && path.length <= 3 && second !== undefined);
}

function cutOf(words: string, pieces: readonly Piece[]): Cut {
  const edits: Edit[] = [];
  for (const { from, to } of [...pieces].sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = edits.at(-1);
    if (last !== undefined && to <= last.to) continue;
    edits.push({ from: last === undefined ? from : Math.max(from, last.to), to, text: "" });
  }
  return cutBy(words, edits);
}

function wordsFor({ path, kind, text }: Piece): string {
  const name = path.map(String).join(".");
  if (kind === "lines") return `a line of ${path.slice(0, -1).map(String).join(".")}`;
  return kind === "element" ? `${text.length > 40 ? `${text.slice(0, 40)}…` : text} of ${path.slice(0, -1).map(String).join(".")}` : name;
}

/** Halves, quarters and so on of long lists and texts. */
function runsOf(pieces: readonly Piece[]): Cut[] {
  const lists = new Map<string, Piece[]>();
  for (const piece of pieces) {
    if (piece.kind !== "element" && piece.kind !== "lines") continue;
    const key = JSON.stringify(piece.path.slice(0, -1));
    lists.set(key, [...(lists.get(key) ?? []), piece]);
  }
  return [...lists.values()].flatMap((list) =>
    chunksOf(list).map((chunk) => cutOf(`${chunk.length} entries of ${(chunk[0]?.path ?? []).slice(0, -1).map(String).join(".")}`, chunk)),
  );
}

function chunksOf<Item>(list: readonly Item[]): Item[][] {
  const chunks: Item[][] = [];
  for (let size = Math.ceil(list.length / 2); size > 1; size = Math.ceil(size / 2)) {
    for (let at = 0; at < list.length; at += size) chunks.push(list.slice(at, at + size));
    if (size === 2) break;
  }
  return chunks;
}

/** A package, an index or a user with everything that speaks of it: taken out in one place alone, the rest would be an error. */
function namedCuts(pieces: readonly Piece[], toml: string): Cut[] {
  const { packages, realPackages, indexes, users, urlOf } = namesOf(toml);
  const mentions = (names: readonly string[]): Piece[] => {
    const holding = pieces.filter(({ text }) => names.some((name) => holdsWord(text, name)));
    // The innermost ones that hold it, and of those whatever bears the name itself.
    return holding
      .filter(
        (piece) =>
          names.includes(String(piece.path.at(-1))) ||
          !holding.some(
            (inner) => inner !== piece && inner.from >= piece.from && inner.to <= piece.to && inner.path.length > piece.path.length,
          ),
      )
      .map((piece) => (["name", "url"].includes(String(piece.path.at(-1))) ? (parentOf(piece, pieces) ?? piece) : piece));
  };
  const of = (names: readonly string[]): { name: string; pieces: Piece[] }[] =>
    names.map((name) => ({ name, pieces: mentions([name, ...withoutScheme(urlOf.get(name))]) })).filter((each) => each.pieces.length > 0);
  const [named, others] = [of([...packages, ...realPackages]), of([...indexes, ...users])];
  const groups = chunksOf(named).map((chunk) =>
    cutOf(
      `${chunk.length} packages`,
      chunk.flatMap((each) => each.pieces),
    ),
  );
  return [...groups, ...[...named, ...others].map((each) => cutOf(`${each.name}, with what speaks of it`, each.pieces))];
}

/** As it stands after a user, too. */
function withoutScheme(url: string | undefined): string[] {
  return url === undefined ? [] : [url.replace(/^https?:\/\//u, "")];
}

function parentOf(piece: Piece, pieces: readonly Piece[]): Piece | undefined {
  const path = JSON.stringify(piece.path.slice(0, -1));
  return pieces.find((each) => JSON.stringify(each.path) === path && each.from <= piece.from && each.to >= piece.to);
}

/** Words of commands, save the first two. */
function commandWords(toml: string): Cut[] {
  return [...toml.matchAll(/^run = "([^"\\]*)"$/gmu)].flatMap(({ 1: command = "", index }) => {
    const start = index + 'run = "'.length;
    return [...command.matchAll(/ \S+/gu)].slice(1).map(({ 0: word, index: at }) => ({
      words: `\`${word.trim()}\` of a command`,
      edits: [{ from: start + at, to: start + at + word.length, text: "" }],
      size: word.length,
    }));
  });
}

/** A requirement with versions, as the element of a list. */
const VERSIONED = /(?<=[[,]\s*)"([A-Za-z0-9][\w.-]*(?:\[[^\]"]*\])?)\s*[<>=~!][^";]*(;[^"]*)?"(?=\s*[,\]])/gu;

/** Requirements of whatever version, all of them and each. What real packages stand for is nothing without theirs. */
function versions(toml: string): Cut[] {
  const each = [...toml.matchAll(VERSIONED)].map(({ 0: whole, 1: name = "", 2: marker = "", index }) =>
    cutBy(`the version of ${name}`, [{ from: index, to: index + whole.length, text: `"${name}${marker}"` }]),
  );
  return each.length < 2
    ? each
    : [
        cutBy(
          "all versions of requirements",
          each.flatMap(({ edits }) => edits),
        ),
        ...each,
      ];
}
