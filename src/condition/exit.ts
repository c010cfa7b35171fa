import type { StepRecord } from "../observation/model.ts";
import type { ExitExpectation } from "../scenario/model.ts";
import { either } from "./clause.ts";
import type { Test } from "./data.ts";
import type { Never } from "./key.ts";
import { holdsFor, type Scalar } from "./operator.ts";

/** What is asked of the step's exit status. `null` (ended by a signal) is never as wanted. */
export function exitTest(wanted: ExitExpectation): Test {
  if (wanted === "any") return { field: "exit", operator: "present", values: [true] };
  if (wanted === "nonzero") return { field: "exit", operator: "not", values: [0] };
  return { field: "exit", operator: "is", values: wanted };
}

/** What a process can give back is 0 to 255. */
export function neverExit(status: Scalar): Never | null {
  return Number(status) >= 0 && Number(status) <= 255 ? null : { message: `no exit status is ${status}` };
}

/** Whether an exit status is as wanted. */
export function exitMeets(wanted: ExitExpectation, status: number | null): boolean {
  const { operator, values } = exitTest(wanted);
  return holdsFor(operator, status, values);
}

/** The exit status, or how the step was ended. */
export function exitSeen(step: StepRecord): string {
  if (step.timedOut) return "still running when its time was up";
  return step.exit === null ? `ended by ${step.signal ?? "a signal"}` : `exit status ${step.exit}`;
}

/** What an exit status must be, as a verb phrase: `exits with 0`, `fails (exits with anything but 0)`. */
export function exitWords(wanted: ExitExpectation): string {
  if (wanted === "any") return "exits with any status";
  return wanted === "nonzero" ? "fails (exits with anything but 0)" : `exits with ${either(wanted)}`;
}
