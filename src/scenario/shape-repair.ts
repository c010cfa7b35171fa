import type { Path } from "./problem.ts";

type Container = Record<string | number, unknown>;

/** A document that shrinks as wrong parts are taken out, and still knows where what is left stood in the text. */
export interface Repair {
  /** Path in the document as it is now → path in the text. */
  original(path: Path): Path;
  /** Takes values out. List elements close up only afterwards, so all paths are of the document as it was. */
  takeOut(paths: readonly Path[]): void;
  valueAt(path: Path): unknown;
  put(path: Path, value: unknown): void;
}

const TAKEN_OUT = Symbol("taken out");

export function createRepair(document: Record<string, unknown>): Repair {
  /** For each list that lost elements: where those that are left stood. */
  const positions = new Map<unknown[], number[]>();

  const parentOf = (path: Path): Container | null => {
    let node: unknown = document;
    for (const part of path.slice(0, -1)) node = isContainer(node) ? node[part] : undefined;
    return isContainer(node) ? node : null;
  };
  return {
    original(path) {
      let node: unknown = document;
      return path.map((part) => {
        const known = Array.isArray(node) && typeof part === "number" ? (positions.get(node)?.[part] ?? part) : part;
        node = isContainer(node) ? node[part] : undefined;
        return known;
      });
    },
    takeOut(paths) {
      const lists = new Set<unknown[]>();
      for (const path of paths) {
        const parent = parentOf(path);
        const last = path.at(-1);
        if (parent === null || last === undefined) continue;
        if (Array.isArray(parent)) {
          parent[Number(last)] = TAKEN_OUT;
          lists.add(parent);
        } else delete parent[last];
      }
      for (const list of lists) {
        const before = positions.get(list) ?? list.map((_, position) => position);
        positions.set(
          list,
          before.filter((_, position) => list[position] !== TAKEN_OUT),
        );
        list.splice(0, list.length, ...list.filter((element) => element !== TAKEN_OUT));
      }
    },
    valueAt(path) {
      const last = path.at(-1);
      return last === undefined ? document : parentOf(path)?.[last];
    },
    put(path, value) {
      const parent = parentOf(path);
      const last = path.at(-1);
      if (parent !== null && last !== undefined) parent[last] = value;
    },
  };
}

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null && !(value instanceof Date);
}
