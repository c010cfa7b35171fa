import { compilePattern } from "./pattern.ts";

export type Scalar = string | number | boolean;

/** What a field of a record holds: `null` where there is nothing (no user was sent), a list where there are several. */
export type FieldValue = Scalar | null | readonly Scalar[];

/** A record's fields by name. A field that is missing could not be seen: nothing is known of it. */
export type Fields = Readonly<Record<string, FieldValue>>;

/**
 * How a field's value is held to the wanted ones, of which one is enough, save for `not` and `lacks`. The Python judge
 * of an exported script has the same operators; a property test holds the two together.
 *
 * - `is`: the value equals one of them, and has its type.
 * - `not`: the value equals none of them.
 * - `whole`: the text equals one of them; or, where the wanted text holds `*`, fits it from start to end. `*` stands for
 *   any run of characters, a `/` among them; no other character is special.
 * - `part`: the text contains one of them; or, where the wanted text holds `*`, fits it as a whole, as for `whole`.
 * - `host`: the text is a URL whose host is one of them, in any case; with its port only where the wanted host has one.
 *   A scheme's own port (80, 443) is none.
 * - `contains`: the text contains one of them. `*` is not special.
 * - `lacks`: the text contains none of them. `*` is not special.
 * - `matches`: one of the patterns, in the syntax of RE2, is found somewhere in the text. `\d`, `\w` and `\b` are ASCII's, `$` is
 *   the text's end.
 * - `present`: wanted is `[true]` (there is a value) or `[false]` (there is none).
 *
 * Where the value is `null`, only `present` with `[false]` holds. Where it is a list, the operator holds if it does for
 * one of its elements. Where the field is missing, nobody can tell: see `decide`.
 */
export const OPERATORS = {
  is: (value, wanted) => wanted.includes(value),
  not: (value, wanted) => !wanted.includes(value),
  whole: (value, wanted) => wanted.some((text) => isWholeOf(String(value), String(text))),
  part: (value, wanted) => wanted.some((text) => isPartOf(String(value), String(text))),
  host: (value, wanted) => wanted.some((host) => isHostOf(String(value), String(host))),
  contains: (value, wanted) => wanted.some((text) => String(value).includes(String(text))),
  lacks: (value, wanted) => !wanted.some((text) => String(value).includes(String(text))),
  matches: (value, wanted) => wanted.some((pattern) => compilePattern(String(pattern)).foundIn(String(value))),
  present: (_, wanted) => wanted.includes(true),
} as const satisfies Record<string, (value: Scalar, wanted: readonly Scalar[]) => boolean>;
export type Operator = keyof typeof OPERATORS;

/** Whether a value is as wanted. */
export function holdsFor(operator: Operator, value: FieldValue, wanted: readonly Scalar[]): boolean {
  if (value === null) return operator === "present" && wanted.includes(false);
  const values = isList(value) ? value : [value];
  return values.some((one) => OPERATORS[operator](one, wanted));
}

/** TypeScript's own guard loses the type of a read-only list. */
function isList(value: FieldValue): value is readonly Scalar[] {
  return Array.isArray(value);
}

function isPartOf(value: string, text: string): boolean {
  return text.includes("*") ? fitsPattern(value, text) : value.includes(text);
}

function isWholeOf(value: string, text: string): boolean {
  return text.includes("*") ? fitsPattern(value, text) : value === text;
}

/** Parts are looked for from left to right, so that no text makes it slow. */
function fitsPattern(value: string, pattern: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false;
  const end = value.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

function isHostOf(url: string, host: string): boolean {
  if (!URL.canParse(url)) return false;
  const { host: withPort, hostname } = new URL(url);
  return [withPort, hostname].includes(host.toLowerCase());
}
