import { commandLine } from "./command-line.ts";
import { unknownSteps } from "./exit-status.ts";
import type { RunResult } from "./model.ts";
import { sortByRelease } from "./releases.ts";
import { oneLine } from "../observation/visible-text.ts";

/** How uv's argument parsers name a word that is near. */
const TIP = /^\s*(?:tip:|did you mean\b)/i;

/**
 * One line for each scenario of which nothing was judged because no release knows a step: alone that is no failure, but
 * a slip of the pen looks the same.
 */
export function unknownStepWords(results: readonly RunResult[]): string[] {
  return unknownSteps(results).flatMap((runs) => {
    // The newest says best what uv knows today.
    const run = sortByRelease(runs).findLast(({ reasons }) => reasons.some(({ kind }) => kind === "unknown-argument"));
    const reason = run?.reasons.find(({ kind }) => kind === "unknown-argument");
    const position = Number(/^step\[(\d+)\]/u.exec(reason?.condition ?? "")?.[1]);
    const step = run?.observation.steps[position];
    if (run === undefined || reason === undefined || step === undefined) return [];
    const tips = step.stderr.split("\n").filter((text) => TIP.test(text));
    const said = [reason.seen, ...tips].map((text) => oneLine(text, 300)).join("; ");
    const name = `step ${position + 1}, \`${oneLine(commandLine(step.argv), 200)}\``;
    return [`${oneLine(run.scenario)}: nothing was judged, as no release that was run knows ${name}. ${said}. Is it spelt right?`];
  });
}
