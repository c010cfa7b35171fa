import * as v from "valibot";
import type { FileRecord } from "../observation/model.ts";
import { normaliseSpace } from "../observation/text.ts";
import type { FileMatcher, Quantified } from "../scenario/model.ts";
import { oneOrMore, text } from "../scenario/schema/value.ts";
import { either, quantifiedWords } from "./clause.ts";
import type { StepEvidence } from "./evidence.ts";
import { saidBy, type Keys, type Quote } from "./key.ts";
import type { ListKind, Seen } from "./kind.ts";
import { quoted } from "./quote.ts";
import { CONTAINS } from "./text.ts";

const KEYS = {
  path: {
    schema: oneOrMore(text),
    note: "Path relative to the project; `~/…` is the home folder.",
    required: true,
    names: "path",
    role: "selects",
    field: "path",
    operator: "is",
    words: (paths, quote) => `among ${either(paths, quote)}`,
  },
  exists: {
    schema: v.boolean(),
    note: "Whether it is there.",
    role: "holds",
    field: "exists",
    operator: "is",
    words: ([exists]) => (exists === true ? "exists" : "is absent"),
  },
  ...CONTAINS,
} satisfies Keys<FileMatcher>;

/** Files after the step. An absent one neither contains nor lacks a text; of one that could not be read nobody can tell. */
export const FILE: ListKind = {
  note: "Files after the step.",
  keys: KEYS,
  source: "file",
  among: [],
  noun: "file",
  seen: seenFiles,
  conflicts: ({ exists, contains, lacks }: FileMatcher) => {
    if (exists !== false) return [];
    return [
      ...(contains === undefined ? [] : [{ key: "contains", message: "a file that is not there contains nothing" }]),
      ...(lacks === undefined ? [] : [{ key: "lacks", message: "a file that is not there has no text to lack something" }]),
    ];
  },
  words: fileWords,
};

/** The paths that a matcher names; those that the run did not look at are there too, and nothing is known of them. */
function seenFiles({ files }: StepEvidence, match: object): Seen[] {
  const said = saidBy(KEYS, match);
  const paths = said.flatMap(({ name, values }) => (name === "path" ? values.map(String) : []));
  const asked = said.flatMap(({ name, values }) => (name === "contains" || name === "lacks" ? values.map(String) : []));
  return [...new Set(paths)].map((path) => {
    const record = files.find((file) => file.path === path);
    return record === undefined
      ? { fields: { path }, line: `${path} was not looked at` }
      : { fields: fieldsOf(record), line: lineOf(record, asked) };
  });
}

function fieldsOf({ path, content, unread }: FileRecord) {
  if (unread !== undefined) return { path, exists: true };
  return { path, exists: content !== null, text: content === null ? null : normaliseSpace(content) };
}

/** Says of each text that was asked about whether it is there, rather than quoting a whole file. */
function lineOf({ path, content, unread }: FileRecord, asked: readonly string[]): string {
  if (unread !== undefined) return `${path} ${unread}, which is not read`;
  if (content === null) return `${path} does not exist`;
  const text = normaliseSpace(content);
  const present = asked.filter((part) => text.includes(normaliseSpace(part)));
  const texts = present.length > 0 ? `with ${present.map(quoted).join(", ")}` : `without ${asked.map(quoted).join(", ")}`;
  return `${path} exists${asked.length === 0 ? "" : `, ${texts}`}, ${content.length} characters`;
}

function fileWords(match: object, quantified: Quantified, quote: Quote): string {
  const said = saidBy(KEYS, match);
  const paths = said.find(({ name }) => name === "path")?.values ?? [];
  const predicates = said.filter(({ key }) => key.role === "holds").map(({ key, values }) => key.words(values, quote, ""));
  const isOne = paths.length === 1;
  // One path needs no quantity: `uv.lock` exists.
  if (isOne && predicates.length > 0 && (quantified.quantifier === "any" || quantified.quantifier === "every")) {
    return `${either(paths, quote)} ${predicates.join(" and ")}`;
  }
  return quantifiedWords(quantified, { noun: "file", which: `${isOne ? "" : " among"} ${either(paths, quote)}`, predicates });
}
