import { escapePattern } from "../scenario/escape-pattern.ts";
import { piecesOf, type Piece } from "./pieces.ts";

/** One thing to take out, wherever the text speaks of it. */
export interface Cut {
  /** What goes, for people. */
  readonly words: string;
  readonly edits: readonly Edit[];
  /** Characters that go. */
  readonly size: number;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What makes the scenario what it is: never taken out. */
const KEPT = new Set(["schema", "title", "claims", "supported", "issue", "description"]);
const CONDITIONS = new Set(["reproduced", "healthy"]);

/** What can be taken out, larger things first. */
export function cutsOf(toml: string): Cut[] {
  const all = piecesOf(toml);
  const pieces = all.filter(isCuttable);
  const single = pieces.map((piece) => cutOf(wordsFor(piece), [piece]));
  const cuts = [...single, ...runsOf(pieces), ...namesIn(pieces, toml), ...stepsOf(all, toml), ...commandWords(toml)];
  const distinct = new Map(cuts.filter(({ size }) => size > 0).map((cut) => [JSON.stringify(cut.edits), cut]));
  return [...distinct.values()].sort((a, b) => b.size - a.size);
}

/** The text without it. */
export function applyCut(toml: string, { edits }: Cut): string {
  const text = [...edits]
    .sort((a, b) => b.from - a.from)
    .reduce((left, { from, to, text: other }) => left.slice(0, from) + other + left.slice(to), toml);
  return `${text.replaceAll(/\n{3,}/gu, "\n\n").trimEnd()}\n`;
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
  return { words, edits, size: edits.reduce((sum, { from, to }) => sum + (to - from), 0) };
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
function namesIn(pieces: readonly Piece[], toml: string): Cut[] {
  const packages = new Set([...toml.matchAll(/(?<=[{,\s])name = "([\w.-]+)"/gu)].map(([, name]) => name ?? ""));
  const mentions = (name: string): Piece[] => {
    const pattern = new RegExp(`(?<![\\w-])${escapePattern(name)}(?![\\w-])`, "u");
    const holding = pieces.filter(({ text }) => pattern.test(text));
    // The innermost ones that hold it, and of those whatever bears the name itself.
    return holding
      .filter(
        (piece) =>
          piece.path.at(-1) === name ||
          !holding.some(
            (inner) => inner !== piece && inner.from >= piece.from && inner.to <= piece.to && inner.path.length > piece.path.length,
          ),
      )
      .map((piece) => (piece.path.at(-1) === "name" ? (parentOf(piece, pieces) ?? piece) : piece));
  };
  const named = [...packages].map((name) => ({ name, pieces: mentions(name) })).filter((each) => each.pieces.length > 0);
  const groups = chunksOf(named).map((chunk) =>
    cutOf(
      `${chunk.length} packages`,
      chunk.flatMap((each) => each.pieces),
    ),
  );
  return [...groups, ...named.map((each) => cutOf(`${each.name}, with what speaks of it`, each.pieces))];
}

function parentOf(piece: Piece, pieces: readonly Piece[]): Piece | undefined {
  const path = JSON.stringify(piece.path.slice(0, -1));
  return pieces.find((each) => JSON.stringify(each.path) === path && each.from <= piece.from && each.to >= piece.to);
}

/** A step that leads up to the one that tells; the numbers of those after it change where options of `[vary]` name them. */
function stepsOf(pieces: readonly Piece[], toml: string): Cut[] {
  const steps = pieces.filter(({ path, kind }) => kind === "table" && path[0] === "step" && path.length === 2);
  return steps.flatMap((step) => {
    const position = Number(step.path[1]);
    const isTelling = /^(?:reproduced|healthy)\b/mu.test(step.text);
    if (isTelling) return [];
    const cut = cutOf(`step ${position + 1}`, [step]);
    const vary = toml.search(/^\[vary\b/mu);
    const edits =
      vary < 0
        ? []
        : [...toml.slice(vary).matchAll(/(?<=\bstep(?: = \{ |\.))\d+/gu)].map(({ 0: number, index }) => ({
            from: vary + index,
            to: vary + index + number.length,
            text: String(Number(number) - (Number(number) > position ? 1 : 0)),
          }));
    return [{ ...cut, edits: [...cut.edits, ...edits.filter(({ text, from, to }) => toml.slice(from, to) !== text)] }];
  });
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
