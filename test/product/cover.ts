/** Something that can be tested, and what is seen of the product when it is. */
export interface Candidate {
  readonly name: string;
  readonly covers: readonly string[];
}

/**
 * From each group the candidate that adds most to what is covered, then, as long as something is left that a candidate
 * covers, the one that adds most. Of equals the one whose parts were chosen least often; the choice is the same everywhere.
 */
export function chooseCover<T extends Candidate>(groups: readonly (readonly T[])[]): T[] {
  const times = new Map<string, number>();
  const chosen = new Set<T>();
  const take = (from: readonly T[], atLeast: number): boolean => {
    let best: T | null = null;
    let most = { gain: atLeast, familiar: Infinity };
    for (const each of from) {
      if (chosen.has(each)) continue;
      const gain = each.covers.filter((part) => !times.has(part)).length;
      const familiar = each.covers.reduce((sum, part) => sum + (times.get(part) ?? 0), 0);
      if (gain > most.gain || (gain === most.gain && familiar < most.familiar)) [best, most] = [each, { gain, familiar }];
    }
    if (best === null) return false;
    chosen.add(best);
    for (const part of best.covers) times.set(part, (times.get(part) ?? 0) + 1);
    return true;
  };
  for (const group of groups) take(group, 0);
  const all = [...new Set(groups.flat())];
  while (take(all, 1));
  return all.filter((each) => chosen.has(each));
}
