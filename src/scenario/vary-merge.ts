import { isTable } from "./schema/value.ts";

type Table = Record<string, unknown>;

/** Keys of an index that say the same in two ways: an option's takes the place of the other. */
const ALTERNATIVES = new Map([
  ["user", "users"],
  ["users", "user"],
]);

/** A piece merged into a scenario's document: tables are merged, everything else and a step's `env` and `export` replace what was there. */
export function merge(base: Table, piece: Table, path: readonly string[] = []): Table {
  const merged: Table = { ...base };
  for (const [key, value] of Object.entries(piece)) {
    const other = path.length === 2 && path[0] === "index" ? ALTERNATIVES.get(key) : undefined;
    if (other !== undefined && !Object.hasOwn(piece, other)) delete merged[other];
    merged[key] = mergeValue(merged[key], value, [...path, key]);
  }
  return merged;
}

function mergeValue(present: unknown, value: unknown, path: readonly string[]): unknown {
  if (!isTable(value) || (path[0] === "step" && path.length === 3 && ["env", "export"].includes(path[2] ?? ""))) return value;
  if (isTable(present)) return merge(present, value, path);
  if (!Array.isArray(present) || !Object.keys(value).every((key) => isPosition(key, present.length))) return value;
  return present.map((element: unknown, position) =>
    Object.hasOwn(value, position) ? mergeValue(element, value[position], [...path, String(position)]) : element,
  );
}

/** Whether a key numbers one of so many steps. */
export function isPosition(key: string, count: number): boolean {
  return /^\d+$/.test(key) && Number(key) < count;
}

/**
 * Takes away what `unset` names: a list holds keys of the table where it stands, a table goes further down, for example
 * `{ env = ["UV_INDEX"], step.0.env = ["UV_KEYRING_PROVIDER"] }`.
 */
export function takeAway(node: unknown, unset: unknown): unknown {
  if (Array.isArray(unset)) return isTable(node) ? Object.fromEntries(Object.entries(node).filter(([key]) => !unset.includes(key))) : node;
  if (!isTable(unset)) return node;
  if (Array.isArray(node)) return node.map((element: unknown, position) => takeAway(element, unset[position]));
  if (!isTable(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, Object.hasOwn(unset, key) ? takeAway(value, unset[key]) : value]),
  );
}

/** The paths that `unset` names. */
export function unsetPaths(unset: unknown, path: readonly string[] = []): string[][] {
  if (Array.isArray(unset)) return unset.map((key) => [...path, String(key)]);
  if (!isTable(unset)) return [];
  return Object.entries(unset).flatMap(([key, value]) => unsetPaths(value, [...path, key]));
}
