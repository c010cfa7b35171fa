import type { Change } from "./model.ts";
import { isResolved, type Prober } from "./prober.ts";

/** A change with the places of its two releases. */
export interface PlacedChange extends Change {
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
