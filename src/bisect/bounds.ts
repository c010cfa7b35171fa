import { UserError } from "../scenario/error.ts";
import { choosePlaces } from "./choose.ts";
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
  if (place === undefined) return walk(prober, walkBack(prober.versions, newest), null, onRound);
  const [bound] = await asked(prober, [place, newest], onRound);
  if (!isResolved(bound)) return { kind: "unresolved-bound", bounds: bound === undefined ? [] : [bound] };
  const above = walkBack(prober.versions, newest).filter((other) => other > place);
  for (const other of above) {
    const [probe] = await asked(prober, [other], onRound);
    if (!isResolved(probe)) continue;
    if (probe.verdict !== bound.verdict) return { kind: "bounds", low: place, high: other };
    break;
  }
  return walk(prober, walkBack(prober.versions, place), place, onRound);
}

function placeOf(prober: Prober, version: string): number {
  const place = prober.versions.indexOf(version);
  if (place < 0) throw new UserError(`uv ${version} is not among the ${prober.versions.length} releases to search`);
  return place;
}

async function compareGiven(prober: Prober, places: readonly number[], onRound: OnRound): Promise<Bounds> {
  const [low = 0, high = 0] = places.toSorted((a, b) => a - b);
  if (low === high) throw new UserError(`the good and the bad release are the same: uv ${prober.versions[low] ?? ""}`);
  prober.prefetch(choosePlaces({ low, high, skipped: [] }, prober.parallel + 1));
  const probes = await asked(prober, [low, high], onRound);
  const [older, newer] = probes;
  if (!isResolved(older) || !isResolved(newer)) return { kind: "unresolved-bound", bounds: probes };
  if (older.verdict !== newer.verdict) return { kind: "bounds", low, high };
  return { kind: "same-verdict", verdict: older.verdict, oldest: older.uv, newest: newer.uv };
}

/**
 * Goes through the places, newest first, until a verdict differs from the one after it. An unsupported release ends
 * the walk: below it nothing can differ. Where the oldest places came to no verdict, the search goes on above them.
 */
async function walk(prober: Prober, places: readonly number[], start: number | null, onRound: OnRound): Promise<Bounds> {
  const waiting = [...places];
  const same: number[] = start === null ? [] : [start];
  const unresolved: number[] = [];
  const isAtFloor = (): boolean => unresolved.some((place) => prober.at(place)?.verdict === "unsupported");
  while (waiting.length > 0 && !isAtFloor()) {
    const batch = waiting.splice(0, prober.parallel);
    prober.prefetch(waiting.slice(0, prober.parallel));
    await asked(prober, batch, onRound);
    for (const place of batch) {
      const probe = prober.at(place);
      const oldest = same.at(-1);
      if (!isResolved(probe)) {
        // A newest release that is unsupported is no floor: what it lacks, an older one may still have.
        if (oldest !== undefined) unresolved.push(place);
        continue;
      }
      if (oldest !== undefined && prober.at(oldest)?.verdict !== probe.verdict) return { kind: "bounds", low: place, high: oldest };
      same.push(place);
      unresolved.length = 0;
    }
  }
  const [newest] = same;
  if (newest === undefined) return { kind: "no-verdict" };
  return narrowToFloor(prober, { newest, oldest: same.at(-1) ?? newest, floor: unresolved[0] ?? -1 }, onRound);
}

/** Looks between the oldest verdict so far and the floor under it for one that differs, halving as it goes. */
async function narrowToFloor(prober: Prober, start: { newest: number; oldest: number; floor: number }, onRound: OnRound): Promise<Bounds> {
  let { oldest, floor } = start;
  const older = (): Probe | undefined => prober.at(oldest);
  for (;;) {
    const places = choosePlaces({ low: floor, high: oldest, skipped: [] }, prober.parallel + 1);
    if (places.length === 0) break;
    await asked(prober, places, onRound);
    for (const place of places.toReversed()) {
      const probe = prober.at(place);
      if (!isResolved(probe)) {
        floor = place;
        break;
      }
      if (probe.verdict !== older()?.verdict) return { kind: "bounds", low: place, high: oldest };
      oldest = place;
    }
  }
  const [found, newest] = [older(), prober.at(start.newest)];
  if (!isResolved(found) || newest === undefined) throw new Error("the walk back lost its bounds");
  return { kind: "same-verdict", verdict: found.verdict, oldest: found.uv, newest: newest.uv };
}

/** Reports what is new in a round; what was known before is given back all the same. */
async function asked(prober: Prober, places: readonly number[], onRound: OnRound): Promise<Probe[]> {
  const fresh = places.filter((place) => prober.at(place) === undefined);
  const probes = await prober.probe(places);
  if (fresh.length > 0) onRound(fresh.flatMap((place) => prober.at(place) ?? []));
  return probes;
}
