import type { Probe } from "./model.ts";
import { verdictWords } from "./repeats.ts";

/** Two releases, the older first. */
export type Range = readonly [older: string, newer: string];

/** What a search says after each round; `text` is one line for people. */
export interface SearchProgress {
  readonly phase: "bounds" | "halving" | "sampling" | "refining" | "confirming";
  /** Asked in this round. */
  readonly probes: readonly Probe[];
  /** How many more are asked in this phase, where that is known. */
  readonly left?: number;
  readonly text: string;
}

/** `narrowed 0.6.0 … 0.7.22 to 0.6.14 … 0.7.0, about 3 steps left`. */
export function narrowedText(from: Range, to: Range, steps: number): string {
  const left = steps === 0 ? "no step left" : `about ${steps} ${steps === 1 ? "step" : "steps"} left`;
  const isSame = from[0] === to[0] && from[1] === to[1];
  return `${isSame ? `still ${rangeText(to)}` : `narrowed ${rangeText(from)} to ${rangeText(to)}`}, ${left}`;
}

/** `0.9.5 reproduced, 0.9.4 unresolved`. */
export function probesText(probes: readonly Probe[]): string {
  return probes.map((probe) => `${probe.uv} ${verdictWords(probe)}`).join(", ");
}

function rangeText([older, newer]: Range): string {
  return `${older} … ${newer}`;
}
