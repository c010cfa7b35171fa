import { startingPoint, withFactors, type Axis, type Factor } from "../explore/axis.ts";
import { explore, type Exploration, type ExploreOptions } from "../explore/search.ts";
import { signatureOf } from "../explore/signature.ts";
import { UserError } from "../scenario/error.ts";
import { axesOf, variedScenario } from "../scenario/vary.ts";
import type { Release } from "../uv/binary.ts";
import type { Harness } from "./harness.ts";
import { parseLoaded, type LoadedScenario } from "./load.ts";
import type { RunOptions } from "./options.ts";
import { runScenario } from "./run-scenario.ts";

export interface ExploreScenarioOptions
  extends Pick<ExploreOptions, "depth" | "budget" | "parallel" | "failing" | "onSample">, Pick<RunOptions, "signal"> {}

/** The axes of a scenario, and the scenario with some of them changed. */
export interface Variations {
  readonly axes: readonly Axis[];
  of(factors: readonly Factor[]): LoadedScenario;
}

/** Reads `[vary]` and checks that every option makes a scenario. Throws `UserError` otherwise. */
export function readVariations(loaded: LoadedScenario): Variations {
  const axes = axesOf(loaded.text);
  if (axes.length === 0) throw new UserError(`${loaded.file}: there is nothing to vary; add [vary.AXIS.OPTION] tables (docs/explore.md)`);
  const of = (factors: readonly Factor[]): LoadedScenario =>
    parseLoaded(loaded.file, variedScenario(loaded.text, withFactors(axes, factors), factors));
  const start = startingPoint(axes);
  for (const { name, options } of axes) for (const option of options) of(option === start[name] ? [] : [{ axis: name, option }]);
  return { axes, of };
}

/** Searches a scenario's variations for the smallest sets that show its symptom, with real runs of one uv. */
export function exploreScenario(
  harness: Harness,
  variations: Variations,
  release: Release,
  { signal, ...options }: ExploreScenarioOptions,
): Promise<Exploration> {
  return explore({
    ...options,
    axes: variations.axes,
    async probe(factors) {
      signal?.throwIfAborted();
      const run = await runScenario(harness, variations.of(factors), release, signal === undefined ? {} : { signal });
      signal?.throwIfAborted();
      return { verdict: run.verdict, signature: signatureOf(run.observation) };
    },
  });
}
