import type { Axis, Factor } from "../scenario/vary.ts";

export type { Axis, Factor };

/** One option of every axis, by axis name. */
export type Assignment = Readonly<Record<string, string>>;

export function startingPoint(axes: readonly Axis[]): Assignment {
  return Object.fromEntries(axes.map((axis) => [axis.name, axis.options[0] ?? ""]));
}

/** What an assignment changes, in the order of the axes. */
export function factorsOf(axes: readonly Axis[], assignment: Assignment): Factor[] {
  return axes.flatMap((axis) => {
    const option = assignment[axis.name];
    return option === undefined || option === axis.options[0] ? [] : [{ axis: axis.name, option }];
  });
}

export function withFactors(axes: readonly Axis[], factors: readonly Factor[]): Assignment {
  return { ...startingPoint(axes), ...Object.fromEntries(factors.map((factor) => [factor.axis, factor.option])) };
}

/** One name per assignment, whatever order its factors were found in. */
export function keyOf(axes: readonly Axis[], factors: readonly Factor[]): string {
  return JSON.stringify(factorsOf(axes, withFactors(axes, factors)).map((factor) => [factor.axis, factor.option]));
}

export function includesAll(factors: readonly Factor[], subset: readonly Factor[]): boolean {
  return subset.every((wanted) => factors.some((factor) => factor.axis === wanted.axis && factor.option === wanted.option));
}

/** Every way to change exactly `size` axes, in the order of the axes. */
export function* combinations(axes: readonly Axis[], size: number): Generator<Factor[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [position, axis] of axes.entries()) {
    for (const rest of combinations(axes.slice(position + 1), size - 1)) {
      for (const option of axis.options.slice(1)) yield [{ axis: axis.name, option }, ...rest];
    }
  }
}

/** How many combinations of up to `depth` axes there are, the starting point included. */
export function combinationCount(axes: readonly Axis[], depth: number): number {
  // By size: each axis adds itself to every smaller combination.
  const counts = [1, ...Array.from({ length: depth }, () => 0)];
  for (const { options } of axes)
    for (let size = depth; size > 0; size--) counts[size] = (counts[size] ?? 0) + (counts[size - 1] ?? 0) * (options.length - 1);
  return counts.reduce((sum, count) => sum + count, 0);
}
