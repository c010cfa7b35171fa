import { parseTOML, type AST } from "toml-eslint-parser";

/** A part of a TOML text that can be taken out by itself. */
export interface Piece {
  /** Keys and positions from the root of the document. */
  readonly path: readonly (string | number)[];
  readonly kind: "table" | "key" | "element" | "lines";
  /** What is removed with it: its line, its comma. */
  readonly from: number;
  readonly to: number;
  /** Its own text. */
  readonly text: string;
  /** Stands in a file that the scenario holds, which is TOML again. */
  readonly embedded: boolean;
}

/** Every table, key, element and line that can be taken out, in the order of the text. Throws for what is no TOML. */
export function piecesOf(toml: string): Piece[] {
  return piecesIn(toml, 0, toml, [], false);
}

function piecesIn(toml: string, offset: number, whole: string, above: readonly (string | number)[], embedded: boolean): Piece[] {
  const pieces: Piece[] = [];
  const [root] = parseTOML(toml, { tomlVersion: "next" }).body;
  const at = ([from, to]: readonly [number, number]): { from: number; to: number } => ({ from: from + offset, to: to + offset });
  const add = (piece: Omit<Piece, "text" | "embedded">, range: readonly [number, number]): void => {
    const { from, to } = at(range);
    pieces.push({ ...piece, text: whole.slice(from, to), embedded });
  };
  const ofKey = (node: AST.TOMLKeyValue, path: readonly (string | number)[], siblings: readonly AST.TOMLNode[] | null): void => {
    const own = [...path, ...node.key.keys.map(keyName)];
    const { from, to } = at(node.range);
    add({ path: own, kind: "key", ...(siblings === null ? lineOf(whole, from, to) : withComma(offset, siblings, node)) }, node.range);
    ofValue(node.value, own);
  };
  const ofValue = (node: AST.TOMLContentNode, path: readonly (string | number)[]): void => {
    if (node.type === "TOMLArray") {
      for (const [position, element] of node.elements.entries()) {
        add({ path: [...path, position], kind: "element", ...withComma(offset, node.elements, element) }, element.range);
        ofValue(element, [...path, position]);
      }
    } else if (node.type === "TOMLInlineTable") for (const entry of node.body) ofKey(entry, path, node.body);
    else if (node.type === "TOMLValue" && node.kind === "string") pieces.push(...ofText(node, path));
  };
  const ofText = (node: AST.TOMLStringValue, path: readonly (string | number)[]): Piece[] => {
    const { from, to } = at(node.range);
    const raw = whole.slice(from, to);
    if (!raw.startsWith("'''")) return [];
    const start = from + (raw.startsWith("'''\n") ? 4 : 3);
    const text = whole.slice(start, to - 3);
    const isToml = String(path.at(-1)).endsWith(".toml");
    try {
      if (isToml) return piecesIn(text, start, whole, path, true);
    } catch {
      // What is no TOML is lines.
    }
    return linesOf(text, start, path);
  };
  for (const node of root.body) {
    if (node.type === "TOMLKeyValue") ofKey(node, above, null);
    else {
      const path = [...above, ...node.resolvedKey];
      const end = node.body.at(-1)?.range[1] ?? node.range[1];
      const range = [node.range[0], Math.max(end, node.range[1])] as const;
      const { from, to } = at(range);
      add({ path, kind: "table", ...lineOf(whole, from, to) }, range);
      for (const entry of node.body) ofKey(entry, path, null);
    }
  }
  return pieces;
}

function keyName(node: AST.TOMLBare | AST.TOMLQuoted): string {
  return node.type === "TOMLBare" ? node.name : node.value;
}

function linesOf(text: string, start: number, path: readonly (string | number)[]): Piece[] {
  const pieces: Piece[] = [];
  let at = start;
  for (const [position, line] of text.split(/(?<=\n)/u).entries()) {
    pieces.push({ path: [...path, position], kind: "lines", from: at, to: at + line.length, text: line, embedded: true });
    at += line.length;
  }
  return pieces;
}

/** Whole lines, with the comments right above and one empty line below. */
function lineOf(text: string, from: number, to: number): { from: number; to: number } {
  let start = text.lastIndexOf("\n", from - 1) + 1;
  for (;;) {
    const before = text.lastIndexOf("\n", start - 2) + 1;
    if (start === 0 || !/^[ \t]*#(?!:schema)/u.test(text.slice(before, start))) break;
    if (before === 0) break;
    start = before;
  }
  const newline = text.indexOf("\n", to);
  const end = newline < 0 ? text.length : newline + 1;
  return { from: start, to: text.slice(end, end + 1) === "\n" ? end + 1 : end };
}

/** An element with the comma that parts it from its neighbour. */
function withComma(offset: number, siblings: readonly AST.TOMLNode[], node: AST.TOMLNode): { from: number; to: number } {
  const position = siblings.indexOf(node);
  const [next, previous] = [siblings[position + 1], siblings[position - 1]];
  const [from, to] = [node.range[0] + offset, node.range[1] + offset];
  if (next !== undefined) return { from, to: next.range[0] + offset };
  return { from: previous === undefined ? from : previous.range[1] + offset, to };
}
