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

/** What `run --expect` takes. */
export const EXPECTATIONS = ["reproduced", "healthy", "claims"] as const;
export type Expectation = (typeof EXPECTATIONS)[number];

type RunStatus = typeof EXIT.ok | typeof EXIT.contradicted | typeof EXIT.unresolved;

/**
 * Exit status of `run`: 1 if any claim was contradicted; else 3 if a run without a held claim came to
 * `unresolved`, if a run could not be compared with its claim, or if nothing was run; else 0. Contradicted wins over
 * unresolved because it is the firmer finding: running again may settle an unresolved run, not a contradiction. `unsupported` alone is no
 * failure, unless no release that was run knows a step: then nothing was judged, and a slip of the pen looks the same.
 * 2 (wrong input) and 130 (interrupted) are not results, so the command line decides them.
 */
export function exitStatus(
  results: readonly Outcome[],
  expected: Expectation | null = null,
  { acceptExitStatus = false }: { readonly acceptExitStatus?: boolean | undefined } = {},
): RunStatus {
  if (expected !== null) {
    // As with claims: an exit status alone proves nothing unless it is said to suffice.
    const proven = acceptExitStatus
      ? results
      : results.map((run) => (run.evidence === "exit-status" ? { ...run, verdict: "unresolved" as const } : run));
    return expectedStatus(proven, expected);
  }
  if (results.some(({ claim }) => claim === "contradicted")) return EXIT.contradicted;
  const open = results.some(
    ({ verdict, claim, claimed }) => (verdict === "unresolved" && claim !== "held") || (claimed !== null && claim === "none"),
  );
  return open || results.length === 0 || unknownSteps(results).length > 0 ? EXIT.unresolved : EXIT.ok;
}

interface Outcome extends Pick<RunResult, "verdict" | "claim" | "claimed" | "evidence"> {
  readonly scenario?: string;
  readonly reasons?: RunResult["reasons"];
}

/** The runs of each scenario of which nothing was judged, nor so claimed, because no release knows a step. */
export function unknownSteps<Result extends Outcome>(results: readonly Result[]): Result[][] {
  return [...Map.groupBy(results, ({ scenario }) => scenario).values()].filter(
    (runs) =>
      runs.every(({ verdict, claim }) => verdict === "unsupported" && claim !== "held") &&
      runs.some(({ reasons = [] }) => reasons.some(({ kind }) => kind === "unknown-argument")),
  );
}

/**
 * With an expectation: 0 where every run that was judged came to it (`claims`: to what is claimed, and something is), 1
 * where one came to the other verdict, 3 where one came to none or nothing was judged.
 */
function expectedStatus(results: readonly Pick<RunResult, "verdict" | "claim">[], expected: Expectation): RunStatus {
  const judged = results.filter(({ verdict, claim }) => verdict !== "unsupported" || (expected === "claims" && claim !== "none"));
  const met = judged.filter(({ verdict, claim }) => (expected === "claims" ? claim === "held" : verdict === expected));
  const firm = judged.some(({ verdict, claim }) =>
    expected === "claims" ? claim === "contradicted" : verdict !== expected && verdict !== "unresolved",
  );
  if (firm) return EXIT.contradicted;
  return judged.length === 0 || met.length < judged.length ? EXIT.unresolved : EXIT.ok;
}
