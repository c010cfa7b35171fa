/** `0.9` for `0.9.18` and for `0.9.0rc1`. */
export function minorOf(version: string): string {
  return /^v?(?:\d+!)?\d+(?:\.\d+)?/.exec(version)?.[0] ?? version;
}

/** Places of each minor's first and last release, oldest first; a minor of one release has one place. */
export function minorEnds(versions: readonly string[]): number[] {
  return versions.flatMap((version, index) => {
    const minor = minorOf(version);
    const isEnd = [index - 1, index + 1].some((beside) => versions[beside] === undefined || minorOf(versions[beside]) !== minor);
    return isEnd ? [index] : [];
  });
}

/**
 * Where to look for an older release of another verdict: from `start` back over the last releases of the minors
 * before it, passing over 0, 1, 3, 7 … of them, and at last the oldest release of all. `start` itself comes first.
 */
export function walkBack(versions: readonly string[], start: number): number[] {
  const minor = minorOf(versions[start] ?? "");
  const lasts = versions
    .map((_, index) => index)
    .filter(
      (index) =>
        index < start && minorOf(versions[index] ?? "") !== minor && minorOf(versions[index] ?? "") !== minorOf(versions[index + 1] ?? ""),
    )
    .reverse();
  const places = [start];
  for (let at = 0, step = 2; at < lasts.length; at += step, step *= 2) places.push(lasts[at] ?? 0);
  return [...new Set([...places, 0])];
}
