import type { Verdict } from "../observation/model.ts";
import { combinations, includesAll, keyOf, type Axis, type Factor } from "./axis.ts";

/** What a run with some factors changed showed. */
export interface Sample {
  readonly factors: readonly Factor[];
  readonly verdict: Verdict;
  /** Runs with the same signature showed the same: statuses, credentials, exits. */
  readonly signature: string;
}

export type ExploreProbe = (factors: readonly Factor[]) => Promise<Omit<Sample, "factors">>;

/** A smallest set of factors under which the symptom appears. */
export interface Cause {
  readonly factors: readonly Factor[];
  /** For each factor, the run without it. `proven`: that run was healthy; anything else proves nothing. */
  readonly necessary: readonly { readonly factor: Factor; readonly without: Sample; readonly proven: boolean }[];
}

export interface Exploration {
  readonly causes: readonly Cause[];
  /** Every run once, in the order in which they were asked for. */
  readonly samples: readonly Sample[];
  /** How many axes were changed at once, at most. */
  readonly depth: number;
  /** The budget ran out before everything up to `depth` was tried. */
  readonly exhausted: boolean;
  /** Combinations that were not tried, since their options undo each other. */
  readonly conflicting: number;
}

export interface ExploreOptions {
  readonly axes: readonly Axis[];
  readonly probe: ExploreProbe;
  /** Axes changed at once, at most; each set that holds a known cause is left out. */
  readonly depth: number;
  /** Runs, at most. */
  readonly budget: number;
  /** Runs at once. */
  readonly parallel: number;
  /** Sets known to fail, to begin with: they are reduced before anything is searched. */
  readonly failing?: readonly (readonly Factor[])[];
  /** Whether options undo each other, so that a run would show one of them alone. */
  readonly isConflicting?: (factors: readonly Factor[]) => boolean;
  readonly onSample?: (sample: Sample) => void;
}

/**
 * Finds the smallest sets of factors under which a symptom (`reproduced`) appears: the starting point first, then
 * single changes, then pairs and so on up to `depth`. A failing set is reduced until no factor can be taken away;
 * the runs that show it are part of the answer. If the starting point fails, the empty set is the one cause.
 */
export async function explore(options: ExploreOptions): Promise<Exploration> {
  const { axes } = options;
  const asked = new Map<string, Promise<Sample>>();
  const samples: Sample[] = [];
  const causes: Cause[] = [];
  let exhausted = false;
  let conflicting = 0;

  const run = async (factors: readonly Factor[]): Promise<Sample | null> => {
    const key = keyOf(axes, factors);
    let sample = asked.get(key);
    if (sample === undefined) {
      if (asked.size >= options.budget) {
        exhausted = true;
        return null;
      }
      sample = options.probe(factors).then((seen) => ({ factors, ...seen }));
      asked.set(key, sample);
      const done = await sample;
      samples.push(done);
      options.onSample?.(done);
    }
    return sample;
  };

  const start = await run([]);
  for (const failing of options.failing ?? []) await learn(failing);
  if (start?.verdict === "reproduced") await learn([]);
  else {
    for (let size = 1; size <= options.depth; size++) await searchSize(size);
  }
  return { causes, samples, depth: options.depth, exhausted, conflicting };

  async function searchSize(size: number): Promise<void> {
    const unexplained = [...combinations(axes, size)].filter((factors) => !isExplained(factors));
    const pending = unexplained.filter((factors) => options.isConflicting?.(factors) !== true);
    conflicting += unexplained.length - pending.length;
    for (let at = 0; at < pending.length; at += options.parallel) {
      if (exhausted) return;
      const batch = pending.slice(at, at + options.parallel).filter((factors) => !isExplained(factors));
      const seen = await Promise.all(batch.map(run));
      for (const sample of seen) if (sample?.verdict === "reproduced") await learn(sample.factors);
    }
  }

  function isExplained(factors: readonly Factor[]): boolean {
    return causes.some((cause) => includesAll(factors, cause.factors));
  }

  /** Takes factors away one by one for as long as the symptom stays. */
  async function learn(failing: readonly Factor[]): Promise<void> {
    let factors = [...failing];
    if ((await run(factors))?.verdict !== "reproduced") return;
    for (const factor of failing) {
      const fewer = factors.filter((other) => other !== factor);
      if ((await run(fewer))?.verdict === "reproduced") factors = fewer;
    }
    // Taking one away may have made an earlier one needless: the set is the smallest only if none can go now.
    const necessary: { factor: Factor; without: Sample; proven: boolean }[] = [];
    for (const factor of factors) {
      const without = await run(factors.filter((other) => other !== factor));
      if (without === null) return;
      if (without.verdict === "reproduced") return learn(without.factors);
      necessary.push({ factor, without, proven: without.verdict === "healthy" });
    }
    const key = keyOf(axes, factors);
    if (!causes.some((cause) => keyOf(axes, cause.factors) === key)) causes.push({ factors, necessary });
  }
}
