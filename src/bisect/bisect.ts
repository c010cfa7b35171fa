import { findBounds } from "./bounds.ts";
import { choosePlaces, nextPlaces, stepsLeft } from "./choose.ts";
import { knownChanges, type PlacedChange } from "./history.ts";
import type { BisectOutcome, BisectResult, SearchOptions } from "./model.ts";
import { createProber, isResolved, type Prober } from "./prober.ts";
import { narrowedText, probesText, type Range, type SearchProgress } from "./progress.ts";

export interface BisectOptions extends SearchOptions {
  /** A release thought healthy, and one thought to have the bug; found where absent. Either may be the older one. */
  readonly good?: string | null;
  readonly bad?: string | null;
  readonly onProgress?: (progress: SearchProgress) => void;
}

/**
 * Finds two neighbouring releases whose verdicts differ, the newest such change that the probes can tell. Bounds
 * are asked first and must differ. Releases without a verdict are skipped, as git does; where only skipped ones
 * remain, the range is the answer. Throws UserError for a bound that is not among the releases, and what
 * `probe` throws.
 */
export async function bisect(options: BisectOptions): Promise<BisectResult> {
  const prober = createProber(options);
  const report = options.onProgress ?? (() => {});
  if (options.versions.length === 0) return withoutChange(prober, { kind: "no-verdict" });
  const bounds = await findBounds(prober, { good: options.good ?? null, bad: options.bad ?? null }, (probes) =>
    report({ phase: "bounds", probes, text: `looking for bounds: ${probesText(probes)}` }),
  );
  if (bounds.kind !== "bounds") return withoutChange(prober, bounds);
  const first = changeBetween(prober, bounds.low, bounds.high);
  const { change, rounds } = await halve(prober, newestChange(prober, first), report);
  const [good, bad] = first.before.verdict === "healthy" ? [first.before, first.after] : [first.after, first.before];
  const contradictions = knownChanges(prober).filter((other) => other.low !== change.low || other.high !== change.high);
  return {
    ...withoutChange(prober, outcomeOf(prober, change)),
    good: good.uv,
    bad: bad.uv,
    direction: change.after.verdict === "reproduced" ? "introduced" : "fixed",
    contradictions: contradictions.map(({ before, after }) => ({ before, after })),
    advice: contradictions.length === 0 ? null : TO_MAP,
    rounds,
  };
}

const TO_MAP = "the verdict changes more than once, so one change is not the whole answer: `uv-mre map` finds them all";

function withoutChange(prober: Prober, outcome: BisectOutcome): BisectResult {
  const skipped = prober.known().filter((place) => !isResolved(prober.at(place)));
  return {
    outcome,
    good: null,
    bad: null,
    direction: null,
    probes: prober.asked(),
    skipped: skipped.map((place) => prober.versions[place] ?? ""),
    contradictions: [],
    advice: null,
    rounds: 0,
  };
}

async function halve(
  prober: Prober,
  first: PlacedChange,
  report: (progress: SearchProgress) => void,
): Promise<{ change: PlacedChange; rounds: number }> {
  const parts = prober.parallel + 1;
  let change = first;
  for (let rounds = 0; ; rounds++) {
    const places = choosePlaces({ ...change, skipped: skippedBetween(prober, change) }, parts);
    if (places.length === 0) return { change, rounds };
    const probes = await prober.probe(places, { next: prober.speculates ? nextPlaces(change, places, parts) : [] });
    const narrowed = newestChange(prober, change);
    const text = narrowedText(rangeOf(change), rangeOf(narrowed), stepsLeft(narrowed.low, narrowed.high, parts));
    report({ phase: "halving", probes, text: `${probesText(probes)}: ${text}` });
    change = narrowed;
  }
}

/** Of the changes that go the same way there is at least one among those known; the newest is followed. */
function newestChange(prober: Prober, { before }: PlacedChange): PlacedChange {
  const newest = knownChanges(prober).findLast((change) => change.before.verdict === before.verdict);
  if (newest === undefined) throw new Error("a window lost its change");
  return newest;
}

function changeBetween(prober: Prober, low: number, high: number): PlacedChange {
  const [before, after] = [prober.at(low), prober.at(high)];
  if (before === undefined || after === undefined) throw new Error("a bound was not asked");
  return { low, high, before, after };
}

function skippedBetween(prober: Prober, { low, high }: PlacedChange): number[] {
  return prober.known().filter((place) => place > low && place < high);
}

function rangeOf({ before, after }: PlacedChange): Range {
  return [before.uv, after.uv];
}

function outcomeOf(prober: Prober, change: PlacedChange): BisectOutcome {
  const [lastBefore, firstChanged] = rangeOf(change);
  const skipped = skippedBetween(prober, change).map((place) => prober.versions[place] ?? "");
  return skipped.length === 0 ? { kind: "found", lastBefore, firstChanged } : { kind: "range", lastBefore, firstChanged, skipped };
}
