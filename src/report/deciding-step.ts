import type { RunResult } from "./model.ts";

/**
 * The step that the verdict rests on, counting from 0: the last that was run and has conditions of the verdict's side,
 * else of any side, else the last that was run. `null`: no step was run.
 */
export function decidingStep({ verdict, definition, observation }: RunResult): number | null {
  const last = observation.steps.length - 1;
  if (last < 0) return null;
  const executed = [...definition.steps.entries()].filter(([index]) => index <= last);
  const ofSide = executed.findLast(([, step]) => (verdict === "reproduced" || verdict === "healthy") && step[verdict].length > 0);
  const judged = executed.findLast(([, step]) => step.reproduced.length + step.healthy.length > 0);
  return ofSide?.[0] ?? judged?.[0] ?? last;
}
