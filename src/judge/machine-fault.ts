import { exitSeen } from "../condition/exit.ts";
import { normaliseSpace } from "../observation/text.ts";
import type { StepRecord, Trouble } from "../observation/model.ts";
import type { Step } from "../scenario/model.ts";

/** What the system says when it has no more to give. Exported scripts look for the same. */
export const EXHAUSTED =
  /No space left on device|Disk quota exceeded|not enough space on the disk|Too many open files|Cannot allocate memory|Resource temporarily unavailable|Cannot fork|File too large|MemoryError|memory allocation of \d+ bytes failed/i;
/** How Rust, and so uv, tells that a child was ended: `signal: 9 (SIGKILL)`. */
export const CHILD_ENDED = /\bsignal: \d+ \(SIG[A-Z]+\)/;

/**
 * What a shell, or `uv run`, exits with when the command in it got a signal that it does not send itself in any
 * ordinary failure: SIGILL, SIGABRT, SIGBUS (two numbers), SIGFPE, SIGKILL, SIGSEGV, SIGTERM, SIGXFSZ.
 */
export const ENDED_INSIDE = [4, 6, 7, 8, 9, 10, 11, 15, 25].map((signal) => 128 + signal);

interface Amiss {
  readonly kind: Trouble["kind"];
  readonly seen: string;
}

/** What the machine did to a step that ended by itself: no verdict, unless the scenario names it as what it is about. */
export function machineAtFault(record: StepRecord, step: Step | undefined): Amiss | null {
  if (record.exit === null || record.exit === 0) return null;
  if (wasEndedInside(record.exit, step)) return { kind: "signal", seen: exitSeen(record) };
  const stderr = normaliseSpace(record.stderr);
  for (const [kind, pattern] of [["resources", EXHAUSTED] as const, ["signal", CHILD_ENDED] as const]) {
    const said = pattern.exec(stderr);
    if (said !== null && !isNamed(said[0], step)) return { kind, seen: `${exitSeen(record)}: ${around(stderr, said.index)}` };
  }
  return null;
}

function wasEndedInside(exit: number, step: Step | undefined): boolean {
  return (step === undefined ? ENDED_INSIDE : endedInside(step)).includes(exit);
}

/** The exit statuses of a step that tell of a signal inside it; not those that the step is about. */
export function endedInside(step: Step): readonly number[] {
  const conditions = [...step.reproduced, ...step.healthy];
  if (conditions.length === 0 && step.exit === "any") return [];
  const wanted = [step.exit, ...conditions.map((condition) => (condition.kind === "exit" ? condition.exit : "any"))];
  return ENDED_INSIDE.filter((status) => !wanted.some((statuses) => Array.isArray(statuses) && statuses.includes(status)));
}

/** Whether a condition on what the step printed is about these words. */
function isNamed(said: string, step: Step | undefined): boolean {
  return step !== undefined && outputTexts(step).some((text) => text.includes(said.toLowerCase()));
}

/** What a step's conditions say of its output, in small letters. */
export function outputTexts(step: Step): string[] {
  const texts = [...step.reproduced, ...step.healthy].flatMap((condition) => {
    if (condition.kind !== "stdout" && condition.kind !== "stderr") return [];
    const { contains = [], lacks = [], matches } = condition.text;
    return [...contains, ...lacks, ...(matches === undefined ? [] : [matches])];
  });
  return texts.map((text) => normaliseSpace(text).toLowerCase());
}

function around(text: string, at: number): string {
  const from = Math.max(0, at - 120);
  return `${from > 0 ? "… " : ""}${text.slice(from, at + 80)}${text.length > at + 80 ? " …" : ""}`;
}
