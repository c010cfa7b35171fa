import type { LeakMatcher, Quantified } from "../scenario/model.ts";
import { oneOrMore, text } from "../scenario/schema/value.ts";
import { either, quantifiedWords } from "./clause.ts";
import { saidBy, type Keys, type Quote } from "./key.ts";
import type { ListKind } from "./kind.ts";

const KEYS = {
  secret: {
    schema: oneOrMore(text),
    note: "Name of the secret: `INDEX`, or `INDEX.USER`.",
    role: "holds",
    field: "secret",
    operator: "is",
    words: (names, quote) => `is of ${either(names, quote)}`,
  },
  where: {
    name: "in",
    schema: oneOrMore(text),
    note: "`stdout`, `stderr`, or a file's path, or a whole pattern of it where it holds `*`.",
    never: (place) => (place === "" ? { message: "a place has a name", hint: "`stdout`, `stderr`, or a file's path" } : null),
    role: "holds",
    field: "where",
    operator: "whole",
    words: (places, quote) => `is in ${either(places, quote)}`,
  },
} satisfies Keys<LeakMatcher>;

/** The secrets that uv wrote in the clear during a step. */
export const LEAK: ListKind = {
  note: "Secrets that uv wrote in the clear.",
  keys: KEYS,
  source: "leak",
  among: [],
  noun: "leak",
  seen: ({ leaks }) =>
    leaks.map(({ secret, where, form }) => ({ fields: { secret: namesOf(secret), where }, line: `${secret} in ${where}, ${form}` })),
  words: leakWords,
};

/** A scenario names a secret as `INDEX.USER`, or all of an index by `INDEX`; a stale one goes by the same name. */
export function namesOf(secret: string): string[] {
  const parents = [...secret.matchAll(/\./g)].map(({ index }) => secret.slice(0, index));
  return [...parents, secret.replace(/ \(stale\)$/, ""), secret];
}

function leakWords(match: object, quantified: Quantified, quote: Quote): string {
  const said = saidBy(KEYS, match);
  if (quantified.quantifier === "every") {
    return quantifiedWords(quantified, {
      noun: "leak",
      which: "",
      predicates: said.map(({ key, values }) => key.words(values, quote, "")),
    });
  }
  const valuesOf = (name: string) => said.find((one) => one.name === name)?.values ?? [];
  const [secret, where] = [valuesOf("secret"), valuesOf("where")];
  const place = where.length === 0 ? "" : ` to ${either(where, quote)}`;
  const which = secret.length === 0 ? "" : ` ${either(secret, quote)}`;
  return quantifiedWords(quantified, { noun: "secret", which, predicates: [`is written in the clear${place}`] });
}
