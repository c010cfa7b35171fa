import type { Factor } from "../scenario/vary.ts";
import type { ExploredRun, ExploreReport } from "./explore.ts";

/** The kept run of an exploration with exactly these factors changed. */
export function explorationRun({ runs = [] }: ExploreReport, factors: readonly Factor[]): ExploredRun | undefined {
  const wanted = factorsKey(factors);
  return runs.find((explored) => factorsKey(explored.factors) === wanted);
}

/** Equal for the same factors, whatever their order. */
export function factorsKey(factors: readonly Factor[]): string {
  return JSON.stringify(factors.map(({ axis, option }) => [axis, option]).sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)));
}
