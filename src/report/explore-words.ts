import type { Cause, Exploration, Proof } from "../explore/search.ts";
import { oneLine } from "../observation/visible-text.ts";
import type { Axis, Factor } from "../scenario/vary.ts";

// What every form of an exploration says in the same words.

export const INTERRUPTED = "Interrupted: this is what was found until then.";
export const NO_CAUSE = "The symptom appeared in none of them.";
export const NOT_REDUCED = "It may hold more than is needed: the search ended before it was reduced (--budget).";

interface Explored {
  readonly scenario: string;
  readonly uv: string;
  readonly axes: readonly Axis[];
  readonly result: Exploration;
}

/** What was searched: `bug.toml with uv 0.9.18: 7 runs over 3 axes, up to 2 changed at once`. */
export function exploreWords({ scenario, uv, result, axes }: Explored): string {
  const over = `${axes.length} ${axes.length === 1 ? "axis" : "axes"}`;
  return `${scenario} with uv ${uv}: ${counted(result.samples.length, "run")} over ${over}, up to ${result.depth} changed at once`;
}

/** Why nothing was varied; `null` where something was. */
export function stoppedWords({ stopped, start }: Exploration): { readonly text: string; readonly why: string | null } | null {
  if (!stopped) return null;
  const text = `The starting point is ${start?.verdict ?? "unresolved"}, so nothing was varied: it should be healthy.`;
  return { text, why: typeof start?.reason === "string" ? oneLine(start.reason, 400) : null };
}

export function causeWords(cause: Cause): string {
  return cause.factors.length === 0
    ? "The starting point itself shows the symptom. Let the first option of each axis be the healthy one; --failing names what fails."
    : `The symptom appears with ${cause.factors.map(factorWords).join(" and ")}.`;
}

/** `AXIS = OPTION`, in one line. */
export function factorWords({ axis, option }: Factor): string {
  return oneLine(`${axis} = ${option}`);
}

/** What to add to a run without a factor that proves nothing. */
export function unprovenWords({ proven }: Proof): string {
  return proven ? "" : " (this does not prove it necessary)";
}

/** What the search left out, and what changed nothing. */
export function searchNotes(result: Exploration): { readonly text: string; readonly isWarning: boolean }[] {
  const notes = [];
  if (result.exhausted) notes.push({ text: "The budget ran out before everything was tried (--budget).", isWarning: true });
  if (result.conflicting > 0)
    notes.push({ text: `Not tried: ${result.conflicting} combinations whose options set the same thing.`, isWarning: false });
  for (const { axis, reason } of result.dropped)
    notes.push({ text: oneLine(`Dropped, since every option came to no verdict: ${axis} (${reason})`, 400), isWarning: false });
  if (result.unchanged.length > 0)
    notes.push({ text: `These change nothing: ${result.unchanged.map(factorWords).join("; ")}`, isWarning: false });
  return notes;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
