import { compilePattern, type Pattern } from "../../condition/pattern.ts";
import { normaliseSpace } from "../../observation/text.ts";
import type { TextMatcher } from "../model.ts";
import type { Path } from "../problem.ts";
import type { RawText } from "../../condition/schema.ts";
import { listed } from "../schema/value.ts";
import type { ReadContext } from "./context.ts";

/** What a run may well print; a pattern that matches all of these says nothing. */
const SAMPLES = ["", "\u0001", "Resolved 3 packages in 12ms", "error: Request failed\n  Caused by: 401 Unauthorized"];

/** Reads a condition on output: a text or list of texts is `contains`. */
export function readTextMatcher(context: ReadContext, raw: RawText, path: Path): TextMatcher {
  if (typeof raw === "string" || Array.isArray(raw)) {
    const contains = listed(raw);
    checkTexts(context, contains, null, { contains: path, lacks: path });
    return { contains };
  }
  const contains = raw.contains === undefined ? null : listed(raw.contains);
  const lacks = raw.lacks === undefined ? null : listed(raw.lacks);
  if (contains === null && lacks === null && raw.matches === undefined) {
    context.absent([path], "always-holds", path, "says nothing of the text", { hint: "one of `contains`, `lacks`, `matches`" });
  }
  checkTexts(context, contains, lacks, { contains: [...path, "contains"], lacks: [...path, "lacks"] });
  if (raw.matches !== undefined) checkPattern(context, raw.matches, [...path, "matches"]);
  return {
    ...(contains !== null && { contains }),
    ...(lacks !== null && { lacks }),
    ...(raw.matches !== undefined && { matches: raw.matches }),
  };
}

/** Reports alternatives that make the whole true or false whatever the text is. White space of output is normalised before texts are compared. */
export function checkTexts(
  context: ReadContext,
  contains: readonly string[] | null,
  lacks: readonly string[] | null,
  paths: { contains: Path; lacks: Path },
): void {
  const { problems } = context;
  const wanted = contains?.map(normaliseSpace) ?? null;
  const unwanted = lacks?.map(normaliseSpace) ?? null;
  if (wanted?.length === 0) context.absent([paths.contains], "never-holds", paths.contains, "an empty list of alternatives never holds");
  if (wanted?.includes("") === true) problems.error("always-holds", paths.contains, "every text contains the empty text");
  if (unwanted?.includes("") === true) problems.error("never-holds", paths.lacks, "no text lacks the empty text");
  if (lacks?.length === 0) {
    context.absent([paths.lacks], "always-holds", paths.lacks, "an empty list lacks nothing, and so holds always");
  }
  if (wanted === null || unwanted === null || wanted.length === 0 || unwanted.includes("")) return;
  if (wanted.every((text) => unwanted.some((other) => text.includes(other)))) {
    problems.error("never-holds", paths.lacks, "whatever contains the one contains the other");
  }
}

function checkPattern(context: ReadContext, pattern: string, path: Path): void {
  let compiled: Pattern;
  try {
    compiled = compilePattern(pattern);
  } catch (error) {
    const isForeign = /\(\?<?[=!]|\\[1-9]/.test(pattern);
    const hint = isForeign
      ? "lookahead, lookbehind and back-references may never end, and are not known: `lacks` says what is not there"
      : null;
    context.problems.error("wrong-value", path, `is no regular expression: ${error instanceof Error ? error.message : String(error)}`, {
      hint,
    });
    return;
  }
  if (SAMPLES.every((sample) => compiled.foundIn(sample))) context.problems.error("always-holds", path, "the pattern matches any text");
  const breaks = neededBreak(pattern);
  if (breaks !== null) {
    const message = "white space is made one blank before texts are compared: there are no lines, tabs or double blanks to match";
    context.problems.error("never-holds", path, message, { hint: "write one blank, or `\\s`", find: breaks });
  }
}

/**
 * What a pattern asks for and a normalised text never has: a line's end, a tab or two blanks that no alternative, group,
 * class or quantifier lets off. `null`: none is sure.
 */
function neededBreak(pattern: string): string | null {
  let depth = 0;
  let blank = false;
  let found: string | null = null;
  const tokens = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[\s\S]/g;
  for (const { 0: token, index } of pattern.matchAll(tokens)) {
    if (token === "(") depth++;
    else if (token === ")") depth--;
    else if (token === "|" && depth === 0) return null;
    const isOptional = /^[*?{]/.test(pattern.slice(index + token.length));
    const isBreak = /^(\\[nrtfv]|[\n\r\t\f\v])$/.test(token) || (token === " " && blank);
    if (isBreak && depth === 0 && !isOptional) found ??= token;
    blank = token === " " && depth === 0 && !isOptional;
  }
  return found;
}
