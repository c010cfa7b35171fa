import { UserError } from "../scenario/error.ts";
import { choosePlaces } from "./choose.ts";
import { knownChanges } from "./history.ts";
import { walkBack } from "./minor.ts";
import type { BisectOutcome, Probe } from "./model.ts";
import { isResolved, type Prober } from "./prober.ts";

/** Two places whose verdicts differ, `low` the older; or why there are none. */
export type Bounds =
  | { readonly kind: "bounds"; readonly low: number; readonly high: number }
  | Exclude<BisectOutcome, { kind: "found" | "range" }>;

export interface GivenBounds {
  readonly good: string | null;
  readonly bad: string | null;
}

/** Called after each round, with what was asked in it. */
export type OnRound = (probes: readonly Probe[]) => void;

/**
 * Asks the given bounds, and finds those that are not given. With none: the newest release that comes to a
 * verdict, then older ones until the verdict differs. With one: the newest against it, else older ones.
 */
export async function findBounds(prober: Prober, given: GivenBounds, onRound: OnRound): Promise<Bounds> {
  const places = [given.good, given.bad].filter((version) => version !== null).map((version) => placeOf(prober, version));
  if (places.length === 2) return compareGiven(prober, places, onRound);
  const [place] = places;
  const newest = prober.versions.length - 1;
  if (place === undefined) return walk(prober, walkBack(prober.versions, newest), onRound);
  const [bound] = await asked(prober, [place, newest], onRound);
  if (!isResolved(bound)) return { kind: "unresolved-bound", bounds: bound === undefined ? [] : [bound] };
  for (const other of walkBack(prober.versions, newest).filter((other) => other > place)) {
    const [probe] = await asked(prober, [other], onRound);
    if (isResolved(probe)) break;
  }
  return walk(prober, walkBack(prober.versions, place), onRound);
}

function placeOf(prober: Prober, version: string): number {
  const place = prober.versions.indexOf(version);
  if (place < 0) throw new UserError(`uv ${version} is not among the ${prober.versions.length} releases to search`);
  return place;
}

async function compareGiven(prober: Prober, places: readonly number[], onRound: OnRound): Promise<Bounds> {
  const [low = 0, high = 0] = places.toSorted((a, b) => a - b);
  if (low === high) throw new UserError(`the good and the bad release are the same: uv ${prober.versions[low] ?? ""}`);
  const next = choosePlaces({ low, high, skipped: [] }, prober.parallel + 1);
  const probes = await asked(prober, [low, high], onRound, next);
  const [older, newer] = probes;
  if (!isResolved(older) || !isResolved(newer)) return { kind: "unresolved-bound", bounds: probes };
  if (older.verdict !== newer.verdict) return { kind: "bounds", low, high };
  return { kind: "same-verdict", verdict: older.verdict, oldest: older.uv, newest: newer.uv };
}

/**
 * Goes through the places, newest first, until a verdict differs from another. An unsupported release ends the
 * walk: below it nothing can differ. Then the search goes on between it (or the newest of those without a verdict)
 * and the oldest verdict, halving as it goes.
 */
async function walk(prober: Prober, places: readonly number[], onRound: OnRound): Promise<Bounds> {
  const waiting = [...places];
  for (;;) {
    const change = knownChanges(prober).at(-1);
    if (change !== undefined) return { kind: "bounds", low: change.low, high: change.high };
    const { oldest, floor, isSupported } = edgeOf(prober);
    const walking = waiting.length > 0 && isSupported;
    if (oldest === null && !walking) return { kind: "no-verdict" };
    const next = walking
      ? waiting.splice(0, prober.parallel)
      : choosePlaces({ low: floor, high: oldest ?? 0, skipped: [] }, prober.parallel + 1);
    if (next.length === 0) return sameVerdict(prober);
    await asked(prober, next, onRound, waiting.slice(0, prober.parallel));
  }
}

/** The oldest place with a verdict, and the newest place without one below it, −1 where there is none. */
function edgeOf(prober: Prober): { oldest: number | null; floor: number; isSupported: boolean } {
  const known = prober.known();
  const oldest = known.find((place) => isResolved(prober.at(place))) ?? null;
  // A newest release that is unsupported is no floor: what it lacks, an older one may still have.
  const below = oldest === null ? [] : known.filter((place) => place < oldest);
  return { oldest, floor: below.at(-1) ?? -1, isSupported: below.every((place) => prober.at(place)?.verdict !== "unsupported") };
}

function sameVerdict(prober: Prober): Bounds {
  const resolved = prober
    .known()
    .map((place) => prober.at(place))
    .filter(isResolved);
  const [oldest, newest] = [resolved[0], resolved.at(-1)];
  if (oldest === undefined || newest === undefined) return { kind: "no-verdict" };
  return { kind: "same-verdict", verdict: oldest.verdict, oldest: oldest.uv, newest: newest.uv };
}

/** Reports what is new in a round; what was known before is given back all the same. */
async function asked(prober: Prober, places: readonly number[], onRound: OnRound, next: readonly number[] = []): Promise<Probe[]> {
  const fresh = places.filter((place) => prober.at(place) === undefined);
  const probes = await prober.probe(places, { next });
  if (fresh.length > 0) onRound(fresh.flatMap((place) => prober.at(place) ?? []));
  return probes;
}
