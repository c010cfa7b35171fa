import type { RunResult } from "./model.ts";
import type { Quote } from "../condition/key.ts";
import { journalDifference, type JournalChange } from "./journal-difference.ts";

/** A line of a list, `depth` levels in. */
export interface ListLine {
  readonly depth: number;
  readonly text: string;
}

const MOST_CHANGES = 20;

/**
 * What differed between two runs, step by step, in words. At most 20 changes of a step are listed, the others counted.
 * Values of the runs go through `quote`.
 */
export function differenceWords(before: RunResult, after: RunResult, quote: Quote): ListLine[] {
  const differences = journalDifference(before.observation, after.observation);
  if (differences.length === 0) return [{ depth: 0, text: "no request, keyring call, exit status, leak or file asked for" }];
  return differences.flatMap(({ step, command, exit, changes, moved }) => {
    const name = step === -1 ? "before the first step" : `step ${step + 1}, ${quote(command)}`;
    const exits = exit === null ? "" : `: exit ${exit.before ?? "none"} became ${exit.after ?? "none"}`;
    const lines = changeLines(changes, (change) => changeWords(change, quote));
    if (moved > 0) lines.push({ depth: 1, text: `${moved} ${moved === 1 ? "entry" : "entries"} came in another order` });
    return [{ depth: 0, text: name + exits }, ...lines];
  });
}

/** A line for each change of a step; beyond 20 they are counted. */
export function changeLines(changes: readonly JournalChange[], wordsOf: (change: JournalChange) => string): ListLine[] {
  const lines = changes.slice(0, MOST_CHANGES).map((change) => ({ depth: 1, text: wordsOf(change) }));
  const rest = changes.length - MOST_CHANGES;
  return rest > 0 ? [...lines, { depth: 1, text: `and ${rest} more` }] : lines;
}

/** ` (3 ×)`; empty where it came once. */
export function timesWords({ times }: JournalChange): string {
  return times === 1 ? "" : ` (${times} ×)`;
}

/** Lines of plain text, `by` levels further in. */
export function indented(lines: readonly ListLine[], by = 0): string[] {
  return lines.map(({ depth, text }) => `${"  ".repeat(depth + by)}${text}`);
}

function changeWords(change: JournalChange, quote: Quote): string {
  const times = timesWords(change);
  if (change.kind === "changed") return `changed: ${quote(change.what)}: ${quote(change.before)} became ${quote(change.after)}${times}`;
  return `${change.kind}: ${quote(change.what)}: ${quote(change.outcome)}${times}`;
}
