import { choosePlaces, nextPlaces } from "./choose-releases.ts";
import { knownChanges } from "./history.ts";
import { minorEnds, minorOf } from "./minor.ts";
import type { MapResult, SearchOptions, Segment } from "./model.ts";
import { createProber, isResolved, type Prober } from "./prober.ts";
import type { SearchProgress } from "./progress.ts";

export interface MapOptions extends SearchOptions {
  /** Ask some releases and infer the others, in place of asking every one. */
  readonly sample?: boolean;
  readonly onProgress?: (progress: SearchProgress) => void;
}

/** In a minor where something changes, no more than so many releases between two that are asked. */
const DENSE_GAP = 3;
/** So many releases on either side of a change are all asked: a fix is reverted within a release or two. */
const NEAR = 4;

/**
 * Finds every change of verdict over all releases. A sample finds those that it meets: it asks each minor's first and
 * last release; then more of the minors in which, or at whose end, the verdict changes; then each change to
 * neighbouring releases; then the releases near it. What was not asked is inferred, and said to be. Both sides of each
 * change are run again: a release that comes to another verdict then is flaky.
 */
export async function map(options: MapOptions): Promise<MapResult> {
  const prober = createProber(options);
  const report = options.onProgress ?? (() => {});
  const all = options.versions.map((_, place) => place);
  await ask(prober, options.sample === true ? minorEnds(options.versions) : all, report);
  for (;;) {
    const more = [denser, nearer].map((choose) => choose(prober)).find((places) => places.length > 0);
    if (more !== undefined) await ask(prober, more, report);
    else if (!(await refine(prober, report)) && !(await confirm(prober, report))) return resultOf(prober);
  }
}

/** Halves each change that lies between releases which are no neighbours; `false` where there is none. */
async function refine(prober: Prober, report: (progress: SearchProgress) => void): Promise<boolean> {
  const open = openChanges(prober);
  if (open.length === 0) return false;
  const parts = Math.max(2, Math.floor(prober.parallel / open.length) + 1);
  const windows = open.map(([low, high]) => ({ low, high, places: choosePlaces({ low, high, skipped: [] }, parts) }));
  const next = prober.speculates ? windows.flatMap((window) => nextPlaces(window, window.places, parts)) : [];
  const probes = await prober.probe(
    windows.flatMap(({ places }) => places),
    { next },
  );
  report({ phase: "refining", probes, text: `${asked(prober)}, ${changesText(openChanges(prober).length)} to refine` });
  return true;
}

/** Runs the releases on both sides of each change, and beside each flaky one, anew; `false` where that was done. */
async function confirm(prober: Prober, report: (progress: SearchProgress) => void): Promise<boolean> {
  const known = prober.known();
  const isFlaky = (place: number | undefined): boolean => place !== undefined && prober.at(place)?.flaky === true;
  const besideFlaky = known.filter((_, at) => isFlaky(known[at - 1]) || isFlaky(known[at + 1]));
  const beside = [...knownChanges(prober).flatMap(({ low, high }) => [low, high]), ...besideFlaky];
  const open = [...new Set(beside)].filter((place) => isResolved(prober.at(place)) && !prober.isConfirmed(place));
  let left = open.length;
  await prober.confirm(open, {
    onAnswer: (probe) => {
      left--;
      report({ phase: "confirming", probes: [probe], left, text: `${asked(prober)}, ${left} beside a change to run again` });
    },
  });
  return open.length > 0;
}

async function ask(prober: Prober, places: readonly number[], report: (progress: SearchProgress) => void): Promise<void> {
  let left = places.length;
  await prober.probe(places, {
    onAnswer: (probe) => {
      left--;
      report({ phase: "sampling", probes: [probe], left, text: `${asked(prober)}, ${left} more to ask` });
    },
  });
}
/** Neighbours among those asked whose verdicts differ, with unasked releases between them. */
function openChanges(prober: Prober): (readonly [number, number])[] {
  return gapsOf(prober).filter(([low, high]) => prober.at(low)?.verdict !== prober.at(high)?.verdict);
}

/** Neighbours among those asked, with unasked releases between them. */
function gapsOf(prober: Prober): (readonly [number, number])[] {
  const known = prober.known();
  return known.slice(1).flatMap((high, at) => {
    const low = known[at] ?? high;
    return high - low > 1 ? [[low, high] as const] : [];
  });
}

/** Places that bring the minors where something changes, and those beside a change, to the dense gap. */
function denser(prober: Prober): number[] {
  const known = prober.known();
  const changing = new Set(
    known.slice(1).flatMap((high, at) => {
      const low = known[at] ?? high;
      const differs = prober.at(low)?.verdict !== prober.at(high)?.verdict;
      return differs ? [minorAt(prober, low), minorAt(prober, high)] : [];
    }),
  );
  return gapsOf(prober).flatMap(([low, high]) => {
    const between = high - low - 1;
    if (between <= DENSE_GAP || !changing.has(minorAt(prober, low))) return [];
    return choosePlaces({ low, high, skipped: [] }, Math.ceil((high - low) / (DENSE_GAP + 1)));
  });
}

/** Unasked places near a change between neighbours, where both came to a verdict. */
function nearer(prober: Prober): number[] {
  const near = knownChanges(prober)
    .filter(({ low, high }) => high - low === 1)
    .flatMap(({ low }) => Array.from({ length: 2 * NEAR }, (_, offset) => low - NEAR + 1 + offset));
  return [...new Set(near)]
    .filter((place) => place >= 0 && place < prober.versions.length && prober.at(place) === undefined)
    .sort((a, b) => a - b);
}

function minorAt(prober: Prober, place: number): string {
  return minorOf(prober.versions[place] ?? "");
}

function resultOf(prober: Prober): MapResult {
  const known = prober.known();
  const segments: Segment[] = [];
  let widestGap = 0;
  for (const [position, place] of known.entries()) {
    const probe = prober.at(place);
    if (probe === undefined) continue;
    const last = segments.at(-1);
    if (last === undefined || last.verdict !== probe.verdict) {
      segments.push({ from: probe.uv, to: probe.uv, verdict: probe.verdict, probed: [probe.uv], inferred: [] });
      continue;
    }
    const inferred = prober.versions.slice((known[position - 1] ?? place) + 1, place);
    widestGap = Math.max(widestGap, inferred.length);
    segments[segments.length - 1] = {
      ...last,
      to: probe.uv,
      probed: [...last.probed, probe.uv],
      inferred: [...last.inferred, ...inferred],
    };
  }
  return { versions: prober.versions, segments, probes: prober.asked(), exhaustive: known.length === prober.versions.length, widestGap };
}

function asked(prober: Prober): string {
  return `${prober.known().length} of ${prober.versions.length} releases asked`;
}

function changesText(count: number): string {
  return count === 1 ? "1 change" : `${count} changes`;
}
