import { oneLine } from "../observation/visible-text.ts";
import { differenceWords, indented } from "./difference-words.ts";
import type { RunResult } from "./model.ts";
import { paintVerdict, PLAIN, type Paint } from "./paint.ts";
import { judgedWords } from "./verdict-words.ts";

/**
 * What running again changed, for a terminal: of each two runs the verdict then and now, and what differs in the journal. Ends without a newline.
 */
export function rerunText(pairs: readonly (readonly [then: RunResult, now: RunResult])[], paint: Paint = PLAIN): string {
  const lines = pairs.flatMap(([then, now]) => {
    const [was, is] = [then, now].map((run) => paintVerdict(paint, run.verdict, judgedWords(run)));
    const name = `${oneLine(now.scenario)} uv ${oneLine(now.uv)}`;
    const verdict = judgedWords(then) === judgedWords(now) ? `still ${is}` : `${was} became ${is}`;
    return [`${paint.bold(name)}: ${verdict}; what differed:`, ...indented(differenceWords(then, now, oneLine), 1)];
  });
  return lines.join("\n");
}
