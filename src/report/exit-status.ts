import type { Verdict } from "../observation/model.ts";
import type { RunResult } from "./model.ts";

/** Every exit status of every command. Imports types alone: `bin.ts` needs it before it knows whether anything loads. */
export const EXIT = {
  ok: 0,
  /** `run`: a claim was contradicted. */
  contradicted: 1,
  wrongInput: 2,
  /** Something stays without an answer. */
  unresolved: 3,
  bug: 70,
  outputLost: 74,
  /** `check`: above 127, git bisect stops; 1 to 127 it takes for an answer about the commit. */
  stopGit: 128,
  interrupted: 130,
  closedPipe: 141,
} as const;

/** What `check` and an exported script end with, as `git bisect run` reads it: good, bad, skip. */
export const EXIT_OF_VERDICT = {
  healthy: 0,
  reproduced: 1,
  unresolved: 125,
  unsupported: 125,
} as const satisfies Record<Verdict, number>;

/**
 * Exit status of `run`: 1 if any claim was contradicted; else 3 if a run without a held claim came to
 * `unresolved`, if a run could not be compared with its claim, or if nothing was run; else 0. Contradicted wins over
 * unresolved because it is the firmer finding: running again may settle an unresolved run, not a contradiction. `unsupported` alone is no failure.
 * 2 (wrong input) and 130 (interrupted) are not results, so the command line decides them.
 */
export function exitStatus(
  results: readonly Pick<RunResult, "verdict" | "claim" | "claimed">[],
): typeof EXIT.ok | typeof EXIT.contradicted | typeof EXIT.unresolved {
  if (results.some(({ claim }) => claim === "contradicted")) return EXIT.contradicted;
  const open = results.some(
    ({ verdict, claim, claimed }) => (verdict === "unresolved" && claim !== "held") || (claimed !== null && claim === "none"),
  );
  return open || results.length === 0 ? EXIT.unresolved : EXIT.ok;
}
