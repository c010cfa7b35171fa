import type * as v from "valibot";
import { isTable } from "../scenario/schema/value.ts";
import type { Test } from "./data.ts";
import type { Operator, Scalar } from "./operator.ts";

/** Sets apart a value that the scenario wrote: “…” in plain text, a code span in Markdown. */
export type Quote = (value: string) => string;

/** Why something never holds, and what to write instead. */
export interface Never {
  readonly message: string;
  readonly hint?: string | null;
}

/** One key of a matcher: all that is to be known of it. */
export interface Key {
  /** As the file has it, where the model has another name. */
  readonly name?: string;
  readonly schema: v.GenericSchema;
  /** For editors and docs/conditions.md. */
  readonly note: string;
  readonly required?: true;
  /** Whether it says which records are meant, or what must hold of them; the difference shows under `every`. */
  readonly role: "selects" | "holds";
  readonly field: string;
  readonly operator: Operator;
  /** What a value names, which the scenario must know: an index, a user, or a path of the run. */
  readonly names?: "index" | "user" | "path";
  /** Why no record has such a value, and what to write instead; `null` for one that can be. */
  readonly never?: (value: Scalar) => Never | null;
  /** What the model has for a value of the file. */
  readonly read?: (value: Scalar) => Scalar;
  /** What the operator is given for a value of the model. */
  readonly compared?: (value: Scalar) => Scalar;
  /**
   * A clause: `to “private”` where it selects, `is answered 200` (in the third person) where it must hold. Where the key holds a
   * table, `entry` is the name in it, and its field is `FIELD.ENTRY`.
   */
  readonly words: (values: readonly Scalar[], quote: Quote, entry: string) => string;
}

/** The keys of a matcher by the names of the model, in the order in which sentences, editors and docs have them. */
export type Keys<Matcher extends object = Record<string, unknown>> = { readonly [Name in keyof Required<Matcher>]: Key };

/** A matcher as the model has it: a value, or a list of alternatives, for each key that is said. */
export interface Said {
  readonly name: string;
  readonly key: Key;
  readonly values: readonly Scalar[];
  /** Where it stands below the matcher, in the file's words. */
  readonly at: readonly string[];
}

/** What a matcher says, in the order of its keys. */
export function saidBy(keys: Keys, match: object): Said[] {
  const said = new Map<string, unknown>(Object.entries(match));
  return Object.entries(keys).flatMap(([name, key]): Said[] => {
    const value = said.get(name);
    const at = [key.name ?? name];
    if (value === undefined) return [];
    if (!isTable(value)) return [{ name, key, values: scalars(value), at }];
    return Object.entries(value).map(([entry, one]) => ({
      name: `${name}.${entry}`,
      key: { ...key, field: `${key.field}.${entry}`, words: (values, quote) => key.words(values, quote, entry) },
      values: scalars(one),
      at: [...at, entry],
    }));
  });
}

/** The tests of a matcher's keys of one role. */
export function testsOf(keys: Keys, match: object, role: Key["role"]): Test[] {
  return saidBy(keys, match)
    .filter(({ key }) => key.role === role)
    .map(({ key, values }) => ({
      field: key.field,
      operator: key.operator,
      values: values.map((value) => key.compared?.(value) ?? value),
    }));
}

/** A matcher of the file as the model has it. */
export function readKeys(keys: Keys, raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([name, key]): [string, unknown][] => {
      const value = raw[key.name ?? name];
      if (value === undefined) return [];
      if (typeof value === "boolean") return [[name, value]];
      const list = (one: unknown): Scalar[] => scalars(one).map((each) => key.read?.(each) ?? each);
      return [[name, isTable(value) ? Object.fromEntries(Object.entries(value).map(([entry, one]) => [entry, list(one)])) : list(value)]];
    }),
  );
}

/**
 * Whether all that fits the one matcher fits the other: whatever the other says, the one says as narrowly. Of texts that are
 * lacked, the one names all that the other does; of all else, only what the other names.
 */
export function isWithin(keys: Keys, narrow: object, wide: object): boolean {
  const own = new Map(saidBy(keys, narrow).map(({ name, values }) => [name, values]));
  return saidBy(keys, wide).every(({ name, key, values }) => {
    const said = own.get(name);
    if (said === undefined) return false;
    const [fewer, more] = key.operator === "lacks" ? [values, said] : [said, values];
    return fewer.every((value) => more.includes(value));
  });
}

function scalars(value: unknown): Scalar[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((one) => typeof one === "string" || typeof one === "number" || typeof one === "boolean");
}
