import type { Quantified } from "../scenario/model.ts";

/** How a matcher of one kind reads its records. */
export interface Reading<R> {
  /** The keys that say which records are meant. */
  selects(record: R): boolean;
  /** The keys that say what must hold of them. */
  fulfils(record: R): boolean;
}

/** `every` needs at least one selected record; for the others both readings together make a match. */
export function quantifiedHolds<R>(quantified: Quantified, records: readonly R[], reading: Reading<R>): boolean {
  const selected = records.filter((record) => reading.selects(record));
  const matches = selected.filter((record) => reading.fulfils(record)).length;
  switch (quantified.quantifier) {
    case "any":
      return matches > 0;
    case "none":
      return matches === 0;
    case "every":
      return selected.length > 0 && matches === selected.length;
    default:
      return matches >= quantified.count.min && matches <= quantified.count.max;
  }
}

/** How many lines of evidence a reason shows. */
const SHOWN = 4;

/**
 * What was there instead: the records that speak against the condition, else those it selected, else all of
 * them, each line once with how often it came.
 */
export function seenWords<R>(
  quantified: Quantified,
  records: readonly R[],
  reading: Reading<R>,
  words: { readonly noun: string; line(record: R): string },
): string {
  if (records.length === 0) return `no ${words.noun} in this step`;
  const selected = records.filter((record) => reading.selects(record));
  if (selected.length === 0) return `no such ${words.noun}; there were: ${listed(records, words)}`;
  const matches = selected.filter((record) => reading.fulfils(record));
  switch (quantified.quantifier) {
    case "any":
      return listed(selected, words);
    case "none":
      return listed(matches, words);
    case "every":
      return listed(
        selected.filter((record) => !reading.fulfils(record)),
        words,
      );
    default:
      return `${matches.length} of ${listed(selected, words)}`;
  }
}

function listed<R>(records: readonly R[], words: { readonly noun: string; line(record: R): string }): string {
  const counts = new Map<string, number>();
  for (const record of records) {
    const line = words.line(record);
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const lines = [...counts].map(([line, count]) => (count === 1 ? line : `${line} (${count} times)`));
  const more = lines.length - SHOWN;
  return [...lines.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}
