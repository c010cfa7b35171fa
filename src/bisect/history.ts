import type { VerdictChange, Coverage } from "./model.ts";
import { isResolved, type Prober } from "./prober.ts";

/** A change with the places of its two releases. */
export interface PlacedChange extends VerdictChange {
  readonly low: number;
  readonly high: number;
}

/** Every change of verdict among what is known so far, oldest first; skipped releases are passed over. */
export function knownChanges(prober: Prober): PlacedChange[] {
  const resolved = prober.known().flatMap((place) => {
    const probe = prober.at(place);
    return isResolved(probe) ? [{ place, probe }] : [];
  });
  return resolved.flatMap(({ place, probe }, position) => {
    const previous = resolved[position - 1];
    if (previous === undefined || previous.probe.verdict === probe.verdict) return [];
    return [{ before: previous.probe, after: probe, low: previous.place, high: place }];
  });
}

/** Neighbours among those asked, with unasked releases between them; −1 and the number of releases stand for the ends. */
export type Gap = readonly [low: number, high: number];

/** The gaps in which a release may come to a verdict: not those between two releases that do not know a step. */
export function openGaps(prober: Prober): Gap[] {
  return allGaps(prober).filter(([low, high]) => !isBeyondSupport(prober, low, high));
}

/** What was asked, what was not, and the longest stretch of those where an answer may hide. */
export function coverageOf(prober: Prober): Coverage {
  const open = openGaps(prober);
  const size = ([low, high]: Gap): number => high - low - 1;
  const longest = open.toSorted((a, b) => size(b) - size(a))[0];
  const all = allGaps(prober).reduce((sum, gap) => sum + size(gap), 0);
  const unasked = open.reduce((sum, gap) => sum + size(gap), 0);
  return {
    asked: prober.known().length,
    unasked,
    beyondSupport: all - unasked,
    longest:
      longest === undefined
        ? null
        : { from: prober.versions[longest[0] + 1] ?? "", to: prober.versions[longest[1] - 1] ?? "", count: size(longest) },
  };
}

function allGaps(prober: Prober): Gap[] {
  const edges = [-1, ...prober.known(), prober.versions.length];
  return edges.slice(1).flatMap((high, at): Gap[] => (high - (edges[at] ?? -1) > 1 ? [[edges[at] ?? -1, high]] : []));
}

function isBeyondSupport(prober: Prober, low: number, high: number): boolean {
  const edges = [prober.at(low), prober.at(high)].filter((probe) => probe !== undefined);
  return edges.length > 0 && edges.every(({ verdict }) => verdict === "unsupported");
}
