/** Places strictly between `low` and `high` that were asked in vain. */
export interface Window {
  readonly low: number;
  readonly high: number;
  readonly skipped: readonly number[];
}

/** From so many skipped places in a window on, they are taken for a stretch that goes on between them. */
const STRETCH = 3;

/**
 * Where to ask next: `parts − 1` places that divide the window evenly. Around a place that was skipped its
 * neighbours are likely to be skipped too, so a place an eighth of the window away is taken first, and a nearer
 * one only when there is none; and between the outermost of several only when nothing is left outside. Oldest
 * first; empty when all places were asked.
 */
export function choosePlaces({ low, high, skipped }: Window, parts: number): number[] {
  const chosen = new Set<number>();
  const free = freePlaces({ low, high, skipped });
  for (let part = 1; part < parts && chosen.size < free.length; part++) {
    const target = low + ((high - low) * part) / parts;
    const place = nearest(
      free.filter((candidate) => !chosen.has(candidate)),
      target,
      skipped,
      (high - low) / 8,
    );
    if (place !== null) chosen.add(place);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** What would be asked next in each of the parts that the places make of a window. */
export function nextPlaces({ low, high }: Omit<Window, "skipped">, places: readonly number[], parts: number): number[] {
  const edges = [low, ...places, high];
  return edges.slice(1).flatMap((edge, at) => choosePlaces({ low: edges[at] ?? low, high: edge, skipped: [] }, parts));
}

function freePlaces({ low, high, skipped }: Window): number[] {
  const asked = new Set(skipped);
  const free = Array.from({ length: Math.max(0, high - low - 1) }, (_, offset) => low + 1 + offset).filter((place) => !asked.has(place));
  if (skipped.length < STRETCH) return free;
  const [first, last] = [Math.min(...skipped), Math.max(...skipped)];
  const outside = free.filter((place) => place < first || place > last);
  return outside.length > 0 ? outside : free;
}

/** The free place nearest to the target that keeps the distance; failing that, half the distance, and so on. */
function nearest(free: readonly number[], target: number, skipped: readonly number[], distance: number): number | null {
  const candidates = distance <= 1 ? free : free.filter((place) => skipped.every((other) => Math.abs(place - other) >= distance));
  if (candidates.length === 0) return distance <= 1 ? null : nearest(free, target, skipped, distance / 2);
  return candidates.reduce((best, place) => (Math.abs(place - target) < Math.abs(best - target) ? place : best));
}

/** About how many more rounds a window of releases takes, if none is skipped. */
export function stepsLeft(low: number, high: number, parts: number): number {
  let steps = 0;
  for (let width = high - low; width > 1; width = Math.ceil(width / parts)) steps++;
  return steps;
}
