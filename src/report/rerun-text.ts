import { oneLine } from "../observation/visible-text.ts";
import { differenceWords } from "./difference-words.ts";
import type { RunResult } from "./model.ts";
import { paintVerdict, PLAIN, type Paint } from "./paint.ts";
import { judgedWords } from "./verdict-words.ts";

/**
 * What running again changed, for a terminal: of each run that was made before, the verdict then and now, and what differs in
 * the journal. Ends without a newline.
 */
export function rerunText(before: readonly RunResult[], after: readonly RunResult[], paint: Paint = PLAIN): string {
  const lines = after.flatMap((now) => {
    const then = before.find((run) => run.scenario === now.scenario && run.uv === now.uv && run.uvBinary === now.uvBinary);
    if (then === undefined) return [];
    const [was, is] = [then, now].map((run) => paintVerdict(paint, run.verdict, judgedWords(run)));
    const name = `${oneLine(now.scenario)} uv ${oneLine(now.uv)}`;
    const verdict = judgedWords(then) === judgedWords(now) ? `still ${is}` : `${was} became ${is}`;
    const differed = differenceWords(then, now, oneLine).map(({ depth, text }) => `${"  ".repeat(depth + 1)}${text}`);
    return [`${paint.bold(name)}: ${verdict}; what differed:`, ...differed];
  });
  return lines.join("\n");
}
