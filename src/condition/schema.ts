import * as v from "valibot";
import type { Condition } from "../scenario/model.ts";
import { count, described, key, oneOrMore, table, text } from "../scenario/schema/value.ts";
import type { Keys } from "./key.ts";
import type { ListKind } from "./kind.ts";
import { LIST_KINDS } from "./table.ts";
import { TEXT_KEYS } from "./text.ts";

/** A matcher as the file has it: a value or a list of alternatives for each key that is said. */
export type RawMatcher = Readonly<Record<string, unknown>>;

export type RawGroup = { readonly [Q in "any" | "none" | "every" | "count"]?: RawMatcher | readonly RawMatcher[] | undefined };

const status = v.pipe(v.number(), v.integer());
export const exit = v.union([status, v.picklist(["any", "nonzero"]), v.array(status)]);
export type RawExit = v.InferOutput<typeof exit>;

export interface RawTextTable {
  readonly contains?: string | string[] | undefined;
  readonly lacks?: string | string[] | undefined;
  readonly matches?: string | undefined;
}
export type RawText = string | string[] | RawTextTable;

export type RawConditions = { readonly exit?: RawExit | undefined } & { readonly [Kind in "stdout" | "stderr"]?: RawText | undefined } & {
  readonly [Kind in keyof typeof LIST_KINDS]?: RawGroup | undefined;
};

/** What must hold after a step; all of it. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the entries are made from the tables of keys, whose types say less
export const conditions = table({
  exit: key(exit, 'Exit status: a number, a list of them, or "nonzero".'),
  stdout: key(textCondition(), "Standard output; white space is normalised."),
  stderr: key(textCondition(), "Standard error; white space is normalised."),
  ...Object.fromEntries(Object.entries(LIST_KINDS).map(([name, kind]) => [name, key(quantified(kind), kind.note)])),
} satisfies {
  readonly [Kind in Exclude<Condition["kind"], keyof typeof LIST_KINDS>]: unknown;
}) as unknown as v.GenericSchema<RawConditions>;

function textCondition() {
  return v.union([text, v.array(text), table(entriesOf(TEXT_KEYS))]);
}

function quantified({ keys }: ListKind) {
  const matcher = entriesOf(keys);
  const one = oneOrMore(table(matcher));
  return table({
    any: key(one, "At least one matches. A list: each of its matchers has one."),
    none: key(one, "None matches."),
    every: key(one, "All those selected match, and there is at least one."),
    count: key(
      oneOrMore(
        table({
          ...matcher,
          is: key(count, "Exactly so many match."),
          "at-least": key(count, "At least so many match."),
          "at-most": key(count, "At most so many match."),
        }),
      ),
      "So many match.",
    ),
  });
}

function entriesOf(keys: Keys): v.ObjectEntries {
  return Object.fromEntries(
    Object.entries(keys).map(([name, { name: written = name, schema, note, required }]) => [
      written,
      required === true ? described(schema, note) : key(schema, note),
    ]),
  );
}
