import { stripVTControlCharacters } from "node:util";
import { normaliseSpace } from "../observation/text.ts";
import { clip } from "../observation/visible-text.ts";

const ERROR = /^(?:error:|\s*×) /;
const CAUSE = /^\s*(?:[├╰]─▶|Caused by:|cause:) /;
const HINT = /^[\s│]*(?:hint|help):/;
const OUTPUT = /^\s*\[std(?:out|err)\]$/;

/** A part may be a resolver's proof of thousands of characters. */
const LONGEST_PART = 1_000;

/**
 * Why a command failed, in one line, as its standard error says it: uv's error, each cause below it, the last line of what a
 * build printed, and the first sentence of each hint. Of other programs the last line, where Python's tracebacks have it.
 * `null`: it said nothing.
 */
export function causeIn(stderr: string): string | null {
  const lines = stripVTControlCharacters(stderr)
    .split(/\r?\n/)
    .filter((line) => normaliseSpace(line) !== "");
  const begin = lines.findIndex((line) => ERROR.test(line));
  if (begin === -1) return lines.length === 0 ? null : clip(normaliseSpace(lines.at(-1) ?? ""), LONGEST_PART);
  const parts: string[] = [];
  let isOutput = false;
  for (const line of lines.slice(begin)) {
    const begins = ERROR.test(line) || CAUSE.test(line) || HINT.test(line);
    if (begins || OUTPUT.test(line)) {
      // Of both outputs the second is that of errors.
      if (!(isOutput && OUTPUT.test(line))) parts.push("");
      isOutput = !begins;
    }
    parts[parts.length - 1] = isOutput ? line : `${parts.at(-1) ?? ""} ${line}`;
  }
  return parts.map(partWords).reduce((said, part) => `${said.replace(/[:.]$/, "")}${HINT.test(part) ? "; " : ": "}${part}`);
}

function partWords(part: string): string {
  const words = normaliseSpace(part).replace(/^(?:Caused by|cause): /, "");
  return clip(HINT.test(words) ? (/^.*?\.(?= [A-Z])/.exec(words)?.[0] ?? words) : words, LONGEST_PART);
}
