import { UserError } from "../scenario/error.ts";
import { choosePlaces } from "./choose-releases.ts";
import { knownChanges, openGaps } from "./history.ts";
import { walkBack } from "./minor.ts";
import type { Probe } from "./model.ts";
import { isResolved, type Prober } from "./prober.ts";

/** Two places whose verdicts differ, `low` the older; or why there are none. */
export type Bounds =
  | { readonly kind: "bounds"; readonly low: number; readonly high: number }
  /** A bound that was given came to no verdict. */
  | { readonly kind: "unresolved-bound"; readonly bounds: readonly Probe[] }
  | { readonly kind: "no-change" };

export interface BoundsSearch {
  readonly good: string | null;
  readonly bad: string | null;
  /** Releases whose answers are kept already. */
  readonly kept: readonly string[];
  /** Releases that are likely to differ, likeliest first: the ends of claims. */
  readonly likely: readonly string[];
  /** Releases that may be asked until a change is known. */
  readonly budget: number;
  /** Called after each round, with what was asked in it. */
  readonly onRound: (probes: readonly Probe[]) => void;
}

/**
 * Asks the given bounds, and finds those that are not given. With none: the newest release that comes to a
 * verdict, then older ones until the verdict differs. With one: the newest against it, else older ones. Where all
 * of these agree, what is kept and what claims say comes next, then ever more releases between those that were
 * asked, until a change is known, every release has its answer, or the budget is spent.
 */
export async function findBounds(prober: Prober, search: BoundsSearch): Promise<Bounds> {
  const given = [search.good, search.bad].filter((version) => version !== null).map((version) => placeOf(prober, version));
  const newest = prober.versions.length - 1;
  const [place, other] = given;
  if (place === undefined) {
    return await walk(prober, search, [newest, ...hints(prober, search), ...walkBack(prober.versions, newest)]);
  }
  if (other !== undefined) return await compareGiven(prober, search, [Math.min(place, other), Math.max(place, other)]);
  const [bound] = await ask(prober, search, [place, newest]);
  if (!isResolved(bound)) return { kind: "unresolved-bound", bounds: bound === undefined ? [] : [bound] };
  for (const newer of walkBack(prober.versions, newest).filter((newer) => newer > place)) {
    const [probe] = await ask(prober, search, [newer]);
    if (isResolved(probe)) break;
  }
  return await walk(prober, search, [...hints(prober, search), ...walkBack(prober.versions, place)]);
}

function placeOf(prober: Prober, version: string): number {
  const place = prober.versions.indexOf(version);
  if (place < 0) throw new UserError(`uv ${version} is not among the ${prober.versions.length} releases to search`);
  return place;
}

function hints(prober: Prober, { kept, likely }: BoundsSearch): number[] {
  return [...kept, ...likely].map((version) => prober.versions.indexOf(version)).filter((place) => place >= 0);
}

async function compareGiven(prober: Prober, search: BoundsSearch, [low, high]: readonly [number, number]): Promise<Bounds> {
  if (low === high) throw new UserError(`the good and the bad release are the same: uv ${prober.versions[low] ?? ""}`);
  const next = choosePlaces({ low, high, skipped: [] }, prober.parallel + 1);
  const probes = await ask(prober, search, [low, high], next);
  const [older, newer] = probes;
  if (!isResolved(older) || !isResolved(newer)) return { kind: "unresolved-bound", bounds: probes };
  const between = ({ kept }: BoundsSearch): number[] =>
    hints(prober, { ...search, kept, likely: [] }).filter((at) => at > low && at < high);
  await ask(prober, search, between(search));
  if (older.verdict !== newer.verdict) return { kind: "bounds", low, high };
  return await walk(prober, search, hints(prober, search), [low, high]);
}

/** Goes through the places until a verdict differs from another, then to where support begins, then ever denser. */
async function walk(
  prober: Prober,
  search: BoundsSearch,
  places: readonly number[],
  within: readonly [number, number] = [-1, prober.versions.length],
): Promise<Bounds> {
  const waiting = [...new Set(places)];
  for (;;) {
    const change = knownChanges(prober).at(-1);
    if (change !== undefined) return { kind: "bounds", low: change.low, high: change.high };
    const next = nextRound(prober, search, waiting, within);
    if (next.length === 0) return { kind: "no-change" };
    await ask(prober, search, next, waiting.slice(0, prober.parallel));
  }
}

function nextRound(prober: Prober, search: BoundsSearch, waiting: number[], within: readonly [number, number]): number[] {
  const { oldest, support, border } = supportOf(prober);
  while (waiting.length > 0) {
    // An unsupported release ends the way back: below it nothing can differ.
    const next = waiting.splice(0, prober.parallel).filter((place) => prober.at(place) === undefined && place > support);
    if (next.length > 0) return next;
  }
  const left = search.budget - prober.known().length;
  if (oldest === null || left <= 0) return [];
  const parts = prober.parallel + 1;
  const next = border === null ? [] : choosePlaces({ ...border, skipped: between(prober, border.low, border.high) }, parts);
  return (next.length > 0 ? next : widest(prober, within)).slice(0, left);
}

/**
 * The oldest place with a verdict, and the newest unsupported one below it (−1: none). A newest release that is
 * unsupported ends nothing: what it lacks, an older one may still have.
 */
function supportOf(prober: Prober): { oldest: number | null; support: number; border: { low: number; high: number } | null } {
  const known = prober.known();
  const oldest = known.find((place) => isResolved(prober.at(place))) ?? null;
  const below = oldest === null ? [] : known.filter((place) => place < oldest && prober.at(place)?.verdict === "unsupported");
  const support = below.at(-1) ?? -1;
  return { oldest, support, border: oldest === null || support < 0 ? null : { low: support, high: oldest } };
}

function between(prober: Prober, low: number, high: number): number[] {
  return prober.known().filter((place) => place > low && place < high);
}

/** The middles of the widest gaps, as many as may be asked at once; those between the given bounds first. */
function widest(prober: Prober, [low, high]: readonly [number, number]): number[] {
  const open = openGaps(prober);
  const inside = open.filter((gap) => gap[0] >= low && gap[1] <= high);
  const gaps = inside.length > 0 ? inside : open;
  const places: number[] = [];
  while (places.length < prober.parallel) {
    gaps.sort((a, b) => b[1] - b[0] - (a[1] - a[0]));
    const gap = gaps.shift();
    if (gap === undefined || gap[1] - gap[0] < 2) break;
    const middle = Math.floor((gap[0] + gap[1]) / 2);
    places.push(middle);
    gaps.push([gap[0], middle], [middle, gap[1]]);
  }
  return places.sort((a, b) => a - b);
}

/** Reports what is new in a round; what was known before is given back all the same. */
async function ask(prober: Prober, { onRound }: BoundsSearch, places: readonly number[], next: readonly number[] = []): Promise<Probe[]> {
  const fresh = places.filter((place) => prober.at(place) === undefined);
  const probes = await prober.probe(places, { next });
  if (fresh.length > 0) onRound(fresh.flatMap((place) => prober.at(place) ?? []));
  return probes;
}
