import type { Verdict } from "../observation/model.ts";
import { combinations, includesAll, keyOf, type Axis, type Factor } from "./axis.ts";

/** What a run with some factors changed showed. */
export interface Sample {
  readonly factors: readonly Factor[];
  readonly verdict: Verdict;
  /** Runs with the same signature showed the same: statuses, credentials, exits. */
  readonly signature: string;
  /** The symptom itself is gone, with evidence of health, whatever else the run showed. */
  readonly symptomGone?: boolean;
  /** Why there is no verdict; `null` where there is one. */
  readonly reason?: string | null;
}

export type ExploreProbe = (factors: readonly Factor[]) => Promise<Omit<Sample, "factors">>;

/** For a factor of a cause, the run without it. `proven`: the symptom was gone; anything else proves nothing. */
export interface Proof {
  readonly factor: Factor;
  readonly without: Sample;
  readonly proven: boolean;
}

/** A smallest set of factors under which the symptom appears. */
export interface Cause {
  readonly factors: readonly Factor[];
  readonly necessary: readonly Proof[];
  /** Whether it was reduced to the smallest: the budget or the user may have ended that. */
  readonly reduced: boolean;
}

export interface Exploration {
  /** The run that changed nothing; `null` where none was made. */
  readonly start: Sample | null;
  readonly causes: readonly Cause[];
  /** Every run once, in the order in which they were asked for. */
  readonly samples: readonly Sample[];
  /** How many axes were changed at once, at most. */
  readonly depth: number;
  /** The starting point came to no verdict, so nothing was varied. */
  readonly stopped: boolean;
  /** The budget ran out before everything up to `depth` was tried. */
  readonly exhausted: boolean;
  readonly interrupted: boolean;
  /** Combinations that were not tried, since their options override each other. */
  readonly conflicting: number;
  /** Axes of which every option came to no verdict: they were not combined with others. */
  readonly dropped: readonly { readonly axis: string; readonly reason: string }[];
  /** Options that showed what the starting point showed, and are part of no cause. */
  readonly unchanged: readonly Factor[];
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
  /** Whether options override each other, so that a run would show one of them alone. */
  readonly isConflicting?: (factors: readonly Factor[]) => boolean;
  readonly onSample?: (sample: Sample, done: number) => void;
  /** Ends the search with what was found. */
  readonly signal?: AbortSignal;
}

/** So many combinations in turn that need no run, and others get their turn: a signal, for one. */
const BREATH = 1000;

/**
 * Finds the smallest sets of factors under which a symptom (`reproduced`) appears: the starting point first, then
 * single changes, then pairs and so on up to `depth`. A failing set is reduced until no factor can be taken away;
 * the runs that show it are part of the answer. If the starting point fails, the empty set is the one cause; if it
 * comes to no verdict, nothing is varied.
 */
export async function explore(options: ExploreOptions): Promise<Exploration> {
  const { axes, signal } = options;
  const asked = new Map<string, Promise<Sample>>();
  const samples: Sample[] = [];
  const causes: Cause[] = [];
  let dropped: { readonly axis: string; readonly reason: string }[] = [];
  let exhausted = false;
  let conflicting = 0;
  const isInterrupted = (): boolean => signal?.aborted === true;
  const isOver = (): boolean => exhausted || isInterrupted();

  /** `null` where the budget or the user ended the search. */
  const run = async (factors: readonly Factor[]): Promise<Sample | null> => {
    const key = keyOf(axes, factors);
    const known = asked.get(key);
    if (known !== undefined) return known.catch(ended);
    if (isInterrupted()) return null;
    if (asked.size >= options.budget) {
      exhausted = true;
      return null;
    }
    const sample = options.probe(factors).then((seen) => ({ factors, ...seen }));
    asked.set(key, sample);
    const done = await sample.catch(ended);
    if (done === null) return null;
    samples.push(done);
    options.onSample?.(done, samples.length);
    return done;
  };
  const ended = (error: unknown): null => {
    if (isInterrupted()) return null;
    throw error;
  };

  const start = await run([]);
  const stopped = start !== null && start.verdict !== "healthy" && start.verdict !== "reproduced";
  if (start?.verdict === "reproduced") await learn([]);
  else if (!stopped) {
    for (const failing of options.failing ?? []) await learn(failing);
    for (let size = 1; size <= options.depth && !isOver(); size++) {
      await searchSize(size);
      if (size === 1) dropped = unresolvedAxes();
    }
  }
  const unchanged = samples.filter(
    ({ factors, verdict, signature }) =>
      factors.length === 1 &&
      verdict === start?.verdict &&
      signature === start.signature &&
      !causes.some((cause) => includesAll(cause.factors, factors)),
  );
  return {
    start,
    causes,
    samples,
    depth: options.depth,
    stopped,
    exhausted,
    interrupted: isInterrupted(),
    conflicting,
    dropped,
    unchanged: unchanged.flatMap(({ factors }) => factors),
  };

  async function searchSize(size: number): Promise<void> {
    const combined = combinations(
      axes.filter(({ name }) => !dropped.some(({ axis }) => axis === name)),
      size,
    );
    while (!isOver()) {
      const batch = await nextBatch(combined);
      if (batch.length === 0) return;
      const seen = await Promise.all(batch.map(run));
      for (const sample of seen) if (sample?.verdict === "reproduced") await learn(sample.factors);
    }
  }

  /** The next combinations that are worth a run: one by one, since there may be millions. */
  async function nextBatch(combined: Iterator<Factor[]>): Promise<Factor[][]> {
    const batch: Factor[][] = [];
    for (let passed = 1; batch.length < options.parallel && !isInterrupted(); passed++) {
      const next = combined.next();
      if (next.done === true) break;
      if (passed % BREATH === 0) await new Promise(setImmediate);
      if (isExplained(next.value)) continue;
      if (options.isConflicting?.(next.value) === true) conflicting++;
      else batch.push(next.value);
    }
    return batch;
  }

  function isExplained(factors: readonly Factor[]): boolean {
    return causes.some((cause) => includesAll(factors, cause.factors));
  }

  function unresolvedAxes(): { readonly axis: string; readonly reason: string }[] {
    return axes.flatMap(({ name, options: all }) => {
      const tried = samples.filter(({ factors }) => factors.length === 1 && factors[0]?.axis === name);
      const isOpen = ({ verdict }: Sample): boolean => verdict === "unresolved" || verdict === "unsupported";
      if (tried.length === 0 || tried.length < all.length - 1 || !tried.every(isOpen)) return [];
      return [{ axis: name, reason: tried[0]?.reason ?? tried[0]?.verdict ?? "unresolved" }];
    });
  }

  /** Takes factors away one by one for as long as the symptom stays. */
  async function learn(failing: readonly Factor[]): Promise<void> {
    let factors = [...failing];
    if ((await run(factors))?.verdict !== "reproduced") return;
    for (const factor of failing) {
      const fewer = factors.filter((other) => other !== factor);
      const sample = await run(fewer);
      if (sample === null) return add({ factors, necessary: [], reduced: false });
      if (sample.verdict === "reproduced") factors = fewer;
    }
    // Taking one away may have made an earlier one needless: the set is the smallest only if none can go now.
    const necessary: Proof[] = [];
    for (const factor of factors) {
      const without = await run(factors.filter((other) => other !== factor));
      if (without === null) return add({ factors, necessary, reduced: false });
      if (without.verdict === "reproduced") return learn(without.factors);
      necessary.push({ factor, without, proven: without.verdict === "healthy" || without.symptomGone === true });
    }
    return add({ factors, necessary, reduced: true });
  }

  function add(cause: Cause): void {
    const key = keyOf(axes, cause.factors);
    if (!causes.some((known) => keyOf(axes, known.factors) === key)) causes.push(cause);
  }
}
