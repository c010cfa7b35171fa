import { normaliseSpace } from "../observation/text.ts";
import type { TextMatcher } from "../scenario/model.ts";
import { oneOrMore, text } from "../scenario/schema/value.ts";
import { either } from "./clause.ts";
import type { Keys } from "./key.ts";

/** What is asked of a text, that of a file among them. White space is normalised on both sides. */
export const CONTAINS = {
  contains: {
    schema: oneOrMore(text),
    note: "At least one of these texts is in it.",
    role: "holds",
    field: "text",
    operator: "contains",
    compared: (part) => normaliseSpace(String(part)),
    words: (parts, quote) => `contains ${either(parts, quote)}`,
  },
  lacks: {
    schema: oneOrMore(text),
    note: "None of these texts is in it.",
    role: "holds",
    field: "text",
    operator: "lacks",
    compared: (part) => normaliseSpace(String(part)),
    words: (parts, quote) => `lacks ${parts.map((part) => quote(String(part))).join(" and ")}`,
  },
} satisfies Keys<Pick<TextMatcher, "contains" | "lacks">>;

export const TEXT_KEYS = {
  ...CONTAINS,
  matches: {
    schema: text,
    note: "A regular expression (RE2's: no lookaround, no back-reference) that is found somewhere in it.",
    role: "holds",
    field: "text",
    operator: "matches",
    words: (patterns, quote) => `matches the pattern ${either(patterns, quote)}`,
  },
} satisfies Keys<TextMatcher>;
