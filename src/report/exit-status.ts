import type { RunResult } from "./model.ts";

/**
 * Exit status of `run`: 1 if any claim was contradicted; else 3 if a run without a held claim came to
 * `unresolved`, or if nothing was run; else 0. Contradicted wins over unresolved because it is the firmer finding:
 * running again may settle an unresolved run, not a contradiction. `unsupported` alone is no failure.
 * 2 (wrong input) and 130 (interrupted) are not results, so the command line decides them.
 */
export function exitStatus(results: readonly Pick<RunResult, "verdict" | "claim">[]): 0 | 1 | 3 {
  if (results.some(({ claim }) => claim === "contradicted")) return 1;
  const open = results.some(({ verdict, claim }) => verdict === "unresolved" && claim !== "held");
  return open || results.length === 0 ? 3 : 0;
}
