import type { RunResult } from "./model.ts";
import { PLAIN } from "./paint.ts";
import { notes } from "./table.ts";
import { judgedWords } from "./verdict-words.ts";
import { timelineText } from "./timeline-text.ts";

/** A run in words for a failing test: the verdict, why, and the evidence. */
export function explainRun(result: RunResult): string {
  const claimed = result.claimed === null ? "nothing is claimed" : `claimed: ${result.claimed}`;
  const outputs = result.observation.steps.flatMap((step, index) =>
    [step.stdout, step.stderr].filter((text) => text.trim() !== "").map((text) => `--- step ${index} printed\n${text.trimEnd()}`),
  );
  return [
    `${result.scenario} with uv ${result.uv}: ${judgedWords(result)} (${claimed})`,
    ...notes(result),
    timelineText(result, { width: Number.POSITIVE_INFINITY, paint: PLAIN }),
    ...outputs,
  ].join("\n");
}
