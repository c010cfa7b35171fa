import { BUDGET } from "./budget.ts";
import { findBounds } from "./bounds.ts";
import { choosePlaces, nextPlaces, stepsLeft } from "./choose-releases.ts";
import { coverageOf, knownChanges, type PlacedChange } from "./history.ts";
import type { BisectOutcome, BisectResult, SearchOptions } from "./model.ts";
import { createProber, isResolved, type Prober } from "./prober.ts";
import { narrowedText, probesText, type Range, type SearchProgress } from "./progress.ts";

export interface BisectOptions extends SearchOptions {
  /** A release thought healthy, and one thought to have the bug; found where absent. Either may be the older one. */
  readonly good?: string | null;
  readonly bad?: string | null;
  /** Releases whose answers are kept already: they cost nothing, and may be bounds. */
  readonly kept?: readonly string[];
  /** Releases that are likely to differ, for example the ends of claims. */
  readonly likely?: readonly string[];
  /** Releases that may be asked until a change is known; 60 unless said. */
  readonly budget?: number;
  readonly onProgress?: (progress: SearchProgress) => void;
}

/** So many flaky releases beside a change, and no change can be told any more. */
const FLAKY_LIMIT = 3;

/**
 * Finds two neighbouring releases whose verdicts differ, the newest such change that the probes can tell. Releases
 * without a verdict are skipped, as git does; where only skipped ones remain, the range is the answer. Before it
 * answers, both releases are run again; one that comes to another verdict then is flaky, counts as one without a
 * verdict, and the search goes on. Throws UserError for a bound that is not among the releases, and what `probe` throws.
 */
export async function bisect(options: BisectOptions): Promise<BisectResult> {
  const prober = createProber(options);
  const report = options.onProgress ?? (() => {});
  const { good = null, bad = null, kept = [], likely = [], budget = BUDGET } = options;
  const answer = (found: Partial<BisectResult> & Pick<BisectResult, "outcome">): BisectResult => ({
    ...WITHOUT_CHANGE,
    ...whatWasAsked(prober, good, bad),
    ...found,
  });
  if (options.versions.length === 0) return answer({ outcome: { kind: "no-verdict" } });
  const bounds = await findBounds(prober, {
    good,
    bad,
    kept,
    likely,
    budget,
    onRound: (probes) => report({ phase: "bounds", probes, text: `looking for bounds: ${probesText(probes)}` }),
  });
  if (bounds.kind === "unresolved-bound") return answer({ outcome: bounds });
  let first = bounds.kind === "bounds" ? changeBetween(prober, bounds.low, bounds.high) : null;
  let rounds = 0;
  while (first !== null) {
    const halved = await halve(prober, newestChange(prober, first) ?? first, report);
    const { change } = halved;
    rounds += halved.rounds;
    if (await isConfirmed(prober, change, report)) {
      const [healthy, reproduced] = first.before.verdict === "healthy" ? [first.before, first.after] : [first.after, first.before];
      const others = knownChanges(prober).filter((other) => other.low !== change.low || other.high !== change.high);
      return answer({
        outcome: outcomeOf(prober, change),
        good: healthy.uv,
        bad: reproduced.uv,
        direction: change.after.verdict === "reproduced" ? "introduced" : "fixed",
        contradictions: others.map(({ before, after }) => ({ before, after })),
        advice: others.length === 0 ? null : TO_MAP,
        rounds,
      });
    }
    first = flakyAmong(prober).length < FLAKY_LIMIT ? (newestChange(prober, first) ?? knownChanges(prober).at(-1) ?? null) : null;
  }
  return answer({ outcome: await withoutChange(prober, report), rounds });
}

const TO_MAP = "the verdict changes more than once, so one change is not the whole answer: `uv-mre map` finds them all";

const WITHOUT_CHANGE = { good: null, bad: null, direction: null, contradictions: [], advice: null, rounds: 0 } as const;

function whatWasAsked(
  prober: Prober,
  good: string | null,
  bad: string | null,
): Pick<BisectResult, "given" | "probes" | "skipped" | "coverage"> {
  const probeOf = (uv: string | null): BisectResult["given"]["good"] =>
    (uv === null ? undefined : prober.at(prober.versions.indexOf(uv))) ?? null;
  const skipped = prober.known().filter((place) => !isResolved(prober.at(place)));
  return {
    given: { good: probeOf(good), bad: probeOf(bad) },
    probes: prober.asked(),
    skipped: skipped.map((place) => prober.versions[place] ?? ""),
    coverage: coverageOf(prober),
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
    if (narrowed === null) throw new Error("a window lost its change");
    const text = narrowedText(rangeOf(change), rangeOf(narrowed), stepsLeft(narrowed.low, narrowed.high, parts));
    report({ phase: "halving", probes, text: `${probesText(probes)}: ${text}` });
    change = narrowed;
  }
}

/** Runs both releases of a change anew, and says whether they still differ as they did. */
async function isConfirmed(prober: Prober, change: PlacedChange, report: (progress: SearchProgress) => void): Promise<boolean> {
  const probes = await prober.confirm([change.low, change.high]);
  report({ phase: "confirming", probes, text: `run again: ${probesText(probes)}` });
  return prober.at(change.low)?.verdict === change.before.verdict && prober.at(change.high)?.verdict === change.after.verdict;
}

/** The newest of the known changes that go the same way; `null` where flaky releases left none. */
function newestChange(prober: Prober, { before }: PlacedChange): PlacedChange | null {
  return knownChanges(prober).findLast((change) => change.before.verdict === before.verdict) ?? null;
}

function changeBetween(prober: Prober, low: number, high: number): PlacedChange {
  const [before, after] = [prober.at(low), prober.at(high)];
  if (before === undefined || after === undefined) throw new Error("a bound was not asked");
  return { low, high, before, after };
}

function skippedBetween(prober: Prober, { low, high }: Pick<PlacedChange, "low" | "high">): number[] {
  return prober.known().filter((place) => place > low && place < high);
}

function rangeOf({ before, after }: PlacedChange): Range {
  return [before.uv, after.uv];
}

function flakyAmong(prober: Prober): string[] {
  return prober.known().flatMap((place) => (prober.at(place)?.flaky === true ? [prober.versions[place] ?? ""] : []));
}

function versionsAt(prober: Prober, places: readonly number[]): string[] {
  return places.map((place) => prober.versions[place] ?? "");
}

function outcomeOf(prober: Prober, change: PlacedChange): BisectOutcome {
  const [lastBefore, firstChanged] = rangeOf(change);
  const skipped = versionsAt(prober, skippedBetween(prober, change));
  return skipped.length === 0 ? { kind: "found", lastBefore, firstChanged } : { kind: "range", lastBefore, firstChanged, skipped };
}

/** Where no two releases differ: that some are flaky, where support begins, or that all agree; the ends are run again. */
async function withoutChange(prober: Prober, report: (progress: SearchProgress) => void): Promise<BisectOutcome> {
  const resolved = prober.known().filter((place) => isResolved(prober.at(place)));
  const ends = [...new Set([resolved[0], resolved.at(-1)])].filter((place) => place !== undefined);
  if (ends.length > 0 && flakyAmong(prober).length === 0) {
    const probes = await prober.confirm(ends);
    report({ phase: "confirming", probes, text: `run again: ${probesText(probes)}` });
  }
  const flaky = flakyAmong(prober);
  if (flaky.length > 0) return { kind: "flaky", flaky };
  const [oldest = -1, newest = oldest] = ends;
  const [first, last] = [prober.at(oldest), prober.at(newest)];
  if (!isResolved(first) || !isResolved(last)) return { kind: "no-verdict" };
  const support = prober.known().findLast((place) => place < oldest && prober.at(place)?.verdict === "unsupported");
  const skipped = support === undefined ? [] : skippedBetween(prober, { low: support, high: oldest });
  if (support === undefined || skipped.length < oldest - support - 1)
    return { kind: "same-verdict", verdict: first.verdict, oldest: first.uv, newest: last.uv };
  return {
    kind: "first-supported",
    verdict: first.verdict,
    lastBefore: prober.versions[support] ?? "",
    firstChanged: first.uv,
    skipped: versionsAt(prober, skipped),
    newest: last.uv,
  };
}
