import { normaliseSpace } from "../observation/text.ts";
import type { TextMatcher } from "../scenario/model.ts";
import { accepts, quoted } from "./alternatives.ts";
import type { Finding } from "./finding.ts";

/** How much of an output a reason quotes, in characters. */
const QUOTED = 300;

/** Judges what a step wrote to stdout or stderr. White space is normalised on both sides. */
export function judgeOutput(matcher: TextMatcher, output: string): Finding {
  const text = normaliseSpace(output);
  const contains = matcher.contains?.map(normaliseSpace);
  const lacks = matcher.lacks?.map(normaliseSpace) ?? [];
  const present = lacks.filter((part) => text.includes(part));
  const holds =
    accepts(contains, (part) => text.includes(part)) &&
    present.length === 0 &&
    (matcher.matches === undefined || new RegExp(matcher.matches).test(text));
  return { holds, seen: present.length > 0 ? around(text, present[0] ?? "") : endOf(text) };
}

/** The end of an output is where uv says what went wrong. */
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
