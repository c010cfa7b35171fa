import type { LeakRecord } from "../observation/model.ts";
import type { LeakMatcher, Quantified } from "../scenario/model.ts";
import { accepts, isWholeOf } from "./alternatives.ts";
import type { Finding } from "./finding.ts";
import { quantifiedHolds, seenWords, type Reading } from "./quantifier.ts";

/** Judges which secrets uv wrote in the clear during a step, and where. */
export function judgeLeaks(match: LeakMatcher, quantified: Quantified, records: readonly LeakRecord[]): Finding {
  const reading: Reading<LeakRecord> = {
    selects: () => true,
    fulfils: (record) =>
      accepts(match.where, (where) => isWholeOf(record.where, where)) && accepts(match.secret, (name) => isNamed(record.secret, name)),
  };
  return {
    holds: quantifiedHolds(quantified, records, reading),
    seen: seenWords(quantified, records, reading, {
      noun: "leak",
      line: (record) => `${record.secret} in ${record.where}, ${record.form}`,
    }),
  };
}

/** A scenario names a secret as `INDEX.USER`, or all of an index by `INDEX`; a stale one goes by the same name. */
function isNamed(secret: string, name: string): boolean {
  return secret === name || secret === `${name} (stale)` || secret.startsWith(`${name}.`);
}
