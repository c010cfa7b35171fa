import { holdsFor } from "../condition/operator.ts";
import type { Fault, Unreachable } from "../scenario/model.ts";
import { unreachableAmong, unreachableBy } from "../scenario/own-network.ts";

/** What a request is for, as faults and redirects tell requests apart. */
export type Purpose = "page" | "file" | "other";

/** Faults of one index with their counters; asked once per request, in the order of arrival. */
export interface FaultPlan {
  /** The first fault that strikes this request; `null`: none. Every fault that matches counts it. */
  strike(purpose: Purpose, path: string): Fault | null;
  /** Why no request gets to the index's host; `null`: they do. */
  readonly unreachable: Unreachable | null;
}

export function planFaults(faults: readonly Fault[]): FaultPlan {
  const armed = faults.filter((fault) => unreachableBy(fault) === null).map((fault) => ({ fault, strikes: schedule(fault.when) }));
  return {
    unreachable: unreachableAmong(faults),
    strike(purpose, path) {
      let struck: Fault | null = null;
      for (const { fault, strikes } of armed) {
        if (!concerns(fault.for, purpose)) continue;
        if (fault.path !== undefined && !holdsFor("part", path, [fault.path])) continue;
        if (strikes() && struck === null) struck = fault;
      }
      return struck;
    },
  };
}

/** Whether a `for = "pages" | "files" | …` covers a request. */
export function concerns(scope: "pages" | "files" | "both" | "any", purpose: Purpose): boolean {
  switch (scope) {
    case "any":
      return true;
    case "both":
      return purpose !== "other";
    case "pages":
      return purpose === "page";
    case "files":
      return purpose === "file";
  }
}

/** A function that says, call by call, whether the next matching request is struck. */
function schedule(when: Fault["when"]): () => boolean {
  if (when === "always") return () => true;
  if ("rate" in when) {
    const next = mulberry32(when.seed);
    return () => next() < when.rate;
  }
  let count = 0;
  if ("nth" in when) return () => ++count === when.nth;
  return () => ++count >= when.from;
}

/** Tommy Ettinger's 32-bit generator: the same seed gives the same run on every machine. Values in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
