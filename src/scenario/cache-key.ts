import type { Scenario } from "./model.ts";

/** What is told to people only: it changes no verdict. */
const TOLD = ["title", "description", "issue", "claims"];

/**
 * The scenario as a stable text: equal for two files that mean the same run, whatever their wording, comments,
 * order of keys or claims. For keys of cached results.
 */
export function normaliseForCache(scenario: Scenario): string {
  const rest = Object.entries(scenario).filter(([name]) => !TOLD.includes(name));
  return JSON.stringify(sorted(Object.fromEntries(rest)));
}

function sorted(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(sorted);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  // Pairs, not an object: number-like keys would be put first.
  return entries.map(([name, value]) => [name, sorted(value)]);
}
