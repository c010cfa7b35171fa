import { normaliseSpace } from "../observation/text.ts";
import type { TextMatcher } from "../scenario/model.ts";
import { saidBy, type Quote } from "./key.ts";
import { quoted } from "./quote.ts";
import { TEXT_KEYS } from "./text.ts";

/** How much of an output a reason quotes, in characters. */
const QUOTED = 300;

/** What was printed: around a text that is there and should not be, else the end, where uv says what went wrong. */
export function outputSeen({ lacks = [] }: TextMatcher, output: string): string {
  const text = normaliseSpace(output);
  const present = lacks.map(normaliseSpace).find((part) => text.includes(part));
  return present === undefined ? endOf(text) : around(text, present);
}

function endOf(text: string): string {
  if (text === "") return "nothing";
  return text.length <= QUOTED ? quoted(text) : `… ${quoted(text.slice(-QUOTED))}`;
}

function around(text: string, part: string): string {
  const at = text.indexOf(part);
  const from = Math.max(0, at - QUOTED / 4);
  const to = Math.min(text.length, at + part.length + QUOTED / 4);
  return `${from > 0 ? "… " : ""}${quoted(text.slice(from, to))}${to < text.length ? " …" : ""}`;
}

/** `stdout contains “a” and lacks “b”`. */
export function outputWords(kind: "stdout" | "stderr", matcher: TextMatcher, quote: Quote): string {
  return `${kind} ${saidBy(TEXT_KEYS, matcher)
    .map(({ key, values }) => key.words(values, quote, ""))
    .join(" and ")}`;
}
