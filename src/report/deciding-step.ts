import type { RunResult } from "./model.ts";

/**
 * The step that the verdict rests on, counting from 0: of those that were run and have conditions of the verdict's side the
 * last that failed where the bug was reproduced, else the last; without any, the last that has conditions, or was run. `null`:
 * no step was run.
 */
export function decidingStep({ verdict, definition, observation }: RunResult): number | null {
  const last = observation.steps.length - 1;
  if (last < 0) return null;
  const executed = [...definition.steps.entries()].filter(([index]) => index <= last);
  const ofSide = executed.filter(([, step]) => (verdict === "reproduced" || verdict === "healthy") && step[verdict].length > 0);
  const failed = verdict === "reproduced" ? ofSide.findLast(([index]) => observation.steps[index]?.exit !== 0) : undefined;
  const judged = executed.findLast(([, step]) => step.reproduced.length + step.healthy.length > 0);
  return (failed ?? ofSide.at(-1) ?? judged)?.[0] ?? last;
}
