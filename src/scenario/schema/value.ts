import * as v from "valibot";

type Issue = v.GenericIssue;

/** A TOML table: not a list and not a date, which are objects to JavaScript too. */
export function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The table under a key; an empty one where there is none. */
export function tableIn(node: unknown, key: string): Record<string, unknown> {
  const found = isTable(node) ? node[key] : undefined;
  return isTable(found) ? found : {};
}

/** uv's own settings in a pyproject.toml or a script's head: `[tool.uv]`. */
export function toolUv(document: unknown): Record<string, unknown> {
  return tableIn(tableIn(document, "tool"), "uv");
}

/** valibot takes lists and dates for objects; JSON Schema does not, and neither do we. */
function onlyTables<S extends v.GenericSchema>(schema: S): S {
  const run: S["~run"] = (dataset, config) => schema["~run"](isTable(dataset.value) ? dataset : { value: null }, config);
  return { ...schema, "~run": run };
}

/** A table whose keys are all known. */
export function table<E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, undefined> {
  return onlyTables(v.strictObject(entries));
}

/** A table whose keys are names of the user's own, all with values of one kind. */
export function namedTable<S extends v.BaseSchema<unknown, unknown, Issue>>(
  value: S,
): v.RecordSchema<v.StringSchema<undefined>, S, undefined> {
  return onlyTables(v.record(v.string(), value));
}

/** Like `namedTable`, with some names that mean something else. */
export function namedTableWith<E extends v.ObjectEntries, S extends v.BaseSchema<unknown, unknown, Issue>>(
  entries: E,
  value: S,
): v.ObjectWithRestSchema<E, S, undefined> {
  return onlyTables(v.objectWithRest(entries, value));
}

/** A required key with the text that editors show. */
export function described<S extends v.BaseSchema<unknown, unknown, Issue>>(schema: S, description: string) {
  return v.pipe(schema, v.description<v.InferOutput<S>, string>(description));
}

/** An optional key with the text that editors show. */
export function key<S extends v.BaseSchema<unknown, unknown, Issue>>(schema: S, description: string) {
  return v.optional(described(schema, description));
}

/** A value, or a list of them. */
export function oneOrMore<S extends v.BaseSchema<unknown, unknown, Issue>>(schema: S) {
  return v.union([schema, v.array(schema)]);
}

export const text = v.string();
export const texts = v.array(v.string());
export const textTable = namedTable(v.string());
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The list behind "a value, or a list of them". */
export function listed<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

/** TypeScript's own guard loses the type of a read-only list. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
