import { parseTOML, type AST } from "toml-eslint-parser";
import type { Path } from "./problem.ts";

/** From 1, both. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Locator {
  /**
   * Where a path stands: its key, or its value; within the value, the place of `find` after `after`. A path that is not in the
   * text (a missing key) stands where its nearest parent does.
   */
  locate(path: Path, options: { atKey: boolean; find: string | null; after: string }): Position;
  /** How many parts of the path, from its front, are in the text. */
  reach(path: Path): number;
}

interface Node {
  key: AST.TOMLNode | null;
  value: AST.TOMLNode | null;
  readonly children: Map<string | number, Node>;
}

/** Reads valid TOML once more, for the positions that the first parser does not keep. */
export function createLocator(text: string): Locator {
  let root: Node | null = null;
  try {
    root = index(parseTOML(text, { tomlVersion: "next" }).body[0]);
  } catch {
    // It gives up on extreme nesting, where the first parser does not; then the file as a whole is meant.
  }
  return {
    reach(path) {
      let node: Node | undefined = root ?? undefined;
      let reached = 0;
      for (const part of path) {
        node = node?.children.get(part);
        if (node === undefined) break;
        reached++;
      }
      return reached;
    },
    locate(path, { atKey, find, after }) {
      if (root === null) return { line: 1, column: 1 };
      let node = root;
      let found: Node | null = null;
      let whole = true;
      for (const part of path) {
        const child = node.children.get(part);
        if (child === undefined) {
          whole = false;
          break;
        }
        node = child;
        if (node.key !== null || node.value !== null) found = node;
      }
      if (found === null) return { line: 1, column: 1 };
      const target = atKey || !whole ? (found.key ?? found.value) : (found.value ?? found.key);
      if (target === null) return { line: 1, column: 1 };
      if (whole && find !== null) {
        const at = text.slice(0, target.range[1]).indexOf(after + find, target.range[0]);
        if (at >= 0) return positionAt(text, at + after.length);
      }
      return { line: target.loc.start.line, column: target.loc.start.column + 1 };
    },
  };
}

/** Line and column of an offset in the text. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function newNode(): Node {
  return { key: null, value: null, children: new Map() };
}

function child(parent: Node, part: string | number): Node {
  let node = parent.children.get(part);
  if (node === undefined) parent.children.set(part, (node = newNode()));
  return node;
}

function index(top: AST.TOMLTopLevelTable): Node {
  const root = newNode();
  for (const entry of top.body) {
    if (entry.type === "TOMLKeyValue") {
      addKeyValue(root, entry);
      continue;
    }
    let node = root;
    let list: Node | null = null;
    for (const part of entry.resolvedKey) {
      list = typeof part === "number" ? node : null;
      node = child(node, part);
    }
    // Its keys come first in the text: `[a.b]` may follow `[a.b.c]`, and then names the same table.
    const last = entry.key.keys.at(-1);
    if (last !== undefined) node.key = last;
    // The list as a whole stands where its first table does.
    if (last !== undefined && list !== null) list.key ??= last;
    for (const pair of entry.body) addKeyValue(node, pair);
  }
  return root;
}

function addKeyValue(parent: Node, pair: AST.TOMLKeyValue): void {
  let node = parent;
  for (const key of pair.key.keys) {
    node = child(node, key.type === "TOMLBare" ? key.name : key.value);
    node.key ??= key;
  }
  addValue(node, pair.value);
}

function addValue(node: Node, value: AST.TOMLContentNode): void {
  node.value = value;
  if (value.type === "TOMLInlineTable") for (const pair of value.body) addKeyValue(node, pair);
  else if (value.type === "TOMLArray") value.elements.forEach((element, position) => addValue(child(node, position), element));
}
