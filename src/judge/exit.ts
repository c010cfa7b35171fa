import type { StepRecord } from "../observation/model.ts";
import type { ExitExpectation } from "../scenario/model.ts";
import type { Finding } from "./finding.ts";

/** Whether an exit status is as wanted; `null` (ended by a signal) never is. */
export function exitMeets(wanted: ExitExpectation, exit: number | null): boolean {
  if (exit === null) return false;
  if (wanted === "any") return true;
  return wanted === "nonzero" ? exit !== 0 : wanted.includes(exit);
}

export function judgeExit(wanted: ExitExpectation, step: StepRecord): Finding {
  return { holds: exitMeets(wanted, step.exit), seen: exitSeen(step) };
}

/** The exit status, or how the step was ended. */
export function exitSeen(step: StepRecord): string {
  if (step.timedOut) return "still running when its time was up";
  return step.exit === null ? `ended by ${step.signal ?? "a signal"}` : `exit status ${step.exit}`;
}
