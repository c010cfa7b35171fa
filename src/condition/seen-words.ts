import { answer, type ConditionData } from "./data.ts";
import type { Seen } from "./kind.ts";

/** How many lines of evidence a reason shows. */
const SHOWN = 4;

/**
 * What was there instead: the records that speak against the condition, else those it selected, else all of
 * them, each line once with how often it came.
 */
export function seenWords({ selects, holds, quantifier }: ConditionData, records: readonly Seen[], noun: string): string {
  if (records.length === 0) return `no ${noun} in this step`;
  const selected = records.filter(({ fields }) => answer(selects, fields) !== "no");
  if (selected.length === 0) return `no such ${noun}; there were: ${listed(records)}`;
  const unknown = selected.filter(({ fields }) => answer(holds, fields) === "unknown");
  if (unknown.length > 0) return listed(unknown);
  const matches = selected.filter(({ fields }) => answer(holds, fields) === "yes");
  switch (quantifier) {
    case "any":
      return listed(selected);
    case "none":
      return listed(matches);
    case "every":
      return listed(selected.filter((record) => !matches.includes(record)));
    default:
      return `${matches.length} of ${listed(selected)}`;
  }
}

function listed(records: readonly Seen[]): string {
  const counts = new Map<string, number>();
  for (const { line } of records) counts.set(line, (counts.get(line) ?? 0) + 1);
  const lines = [...counts].map(([line, count]) => (count === 1 ? line : `${line} (${count} times)`));
  const more = lines.length - SHOWN;
  return [...lines.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}
