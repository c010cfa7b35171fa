import type { Quantified } from "../scenario/model.ts";
import { quantifiedWords } from "./clause.ts";
import type { Source, Test } from "./data.ts";
import type { StepEvidence } from "./evidence.ts";
import { saidBy, type Key, type Keys, type Never, type Quote } from "./key.ts";
import type { Fields } from "./operator.ts";

/** One record as a condition sees it, and as a reason shows it. */
export interface Seen {
  readonly fields: Fields;
  readonly line: string;
}

/** What no record can be, and the key (as the file has it) that says so. */
export interface Impossible extends Never {
  readonly key: string;
}

/** A kind of condition about lists of records, with a quantifier. */
export interface ListKind {
  /** For editors and docs. */
  readonly note: string;
  readonly keys: Keys;
  readonly source: Source;
  /** What holds of all that it is about, whatever the matcher says. */
  readonly among: readonly Test[];
  /** What one record is called in a reason. */
  readonly noun: string;
  readonly seen: (evidence: StepEvidence, match: object) => readonly Seen[];
  /** Keys that exclude each other, whatever the quantifier. */
  conflicts?(match: object): readonly Impossible[];
  /** Why no record can fulfil it: `none` always holds then, and all others never. */
  impossible?(match: object): Impossible | null;
  /** The condition as an English clause without a full stop. */
  readonly words: (match: object, quantified: Quantified, quote: Quote) => string;
}

/** A sentence whose selecting keys follow the noun, and whose others are its predicates. */
export function clauseWords(noun: string, keys: Keys): ListKind["words"] {
  return (match, quantified, quote) => {
    const say = (role: Key["role"]) =>
      saidBy(keys, match).flatMap(({ key, values }) => (key.role === role ? [key.words(values, quote, "")] : []));
    const which = say("selects").map((words) => ` ${words}`);
    return quantifiedWords(quantified, { noun, which: which.join(""), predicates: say("holds") });
  };
}
