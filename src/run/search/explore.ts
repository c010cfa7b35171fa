import { factorsOf, withFactors, type Axis, type Factor } from "../../explore/axis.ts";
import { explore, type Exploration, type ExploreOptions } from "../../explore/search.ts";
import { signatureOf } from "../../explore/signature.ts";
import { symptomIsGone } from "../../judge/symptom.ts";
import type { ExploredRun, WrittenCause } from "../../report/explore.ts";
import { factorsKey } from "../../report/explored-run.ts";
import { UserError } from "../../scenario/error.ts";
import { parseOneFile } from "../../scenario/one-file.ts";
import { checkVary } from "../../scenario/vary-check.ts";
import { axesOf, isConflicting, vary } from "../../scenario/vary.ts";
import type { Release } from "../../uv/binary.ts";
import type { Harness } from "../harness/harness.ts";
import { loadVaried, type LoadedScenario } from "../load-scenarios.ts";
import { oneRelease } from "../matrix/one-release.ts";
import type { RunOptions } from "../one-run/options.ts";
import { runScenario } from "../one-run/run-scenario.ts";

export interface ExploreScenarioOptions
  extends Pick<ExploreOptions, "depth" | "budget" | "parallel" | "failing" | "onSample">, Pick<RunOptions, "signal" | "backend"> {}

/** The axes of a scenario, and the scenario with some of them changed. */
export interface Variations {
  readonly axes: readonly Axis[];
  of(factors: readonly Factor[]): LoadedScenario;
  /** The release that one of the options asks for, as it names it; `null` where none does. */
  uvOf(factors: readonly Factor[]): string | null;
  /** Whether two of the options set the same thing, so that one would override the other. */
  isConflicting(factors: readonly Factor[]): boolean;
}

/** Each cause of an exploration with `uv` as a scenario of its own, in their order, not yet written anywhere. */
export function causeScenarios(variations: Variations, result: Exploration, uv: string): WrittenCause[] {
  return result.causes.map(({ factors }) => ({ text: variations.of(factors).text, file: null, uv: variations.uvOf(factors) ?? uv }));
}

/** Reads `[vary]` and checks that every option makes a scenario. Throws `UserError` with every problem of every option. */
export function readVariations(loaded: LoadedScenario): Variations {
  const { toml, options } = loaded.source;
  const document = parseOneFile(toml, options);
  const axes = axesOf(document);
  if (axes.length === 0) throw new UserError(`${loaded.file}: there is nothing to vary; add [vary.AXIS.OPTION] tables (docs/explore.md)`);
  const complaints = checkVary(document);
  if (complaints.length > 0) throw new UserError(complaints.map((complaint) => `${loaded.file}: ${complaint}`).join("\n"));
  const choicesOf = (factors: readonly Factor[]): Factor[] =>
    Object.entries(withFactors(axes, factors)).map(([axis, option]) => ({ axis, option }));
  const variations: Variations = {
    axes,
    of: (factors) => loadVaried(loaded, choicesOf(factors), factorsOf(axes, withFactors(axes, factors))),
    uvOf(factors) {
      const { uv } = vary(document, choicesOf(factors));
      return typeof uv === "string" ? uv : null;
    },
    isConflicting: (factors) => isConflicting(document, factors),
  };
  checkEach(loaded.file, variations, (factors) => vary(document, choicesOf(factors)).uv);
  return variations;
}

function checkEach(file: string, { axes, of }: Variations, uvOf: (factors: readonly Factor[]) => unknown): void {
  const complaints = new Set<string>();
  for (const { name, options } of axes) {
    for (const [position, option] of options.entries()) {
      const factors = position === 0 ? [] : [{ axis: name, option }];
      try {
        of(factors);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        complaints.add(error.message);
      }
      const uv = uvOf(factors);
      if (uv !== null && typeof uv !== "string") complaints.add(`${file}: vary.${name}.${option}.uv: a release is a text, as "0.9.5"`);
    }
  }
  if (complaints.size > 0) throw new UserError([...complaints].join("\n"));
}

/**
 * Searches a scenario's variations for the smallest sets that show its symptom, with real runs of `release`, or of the one
 * that an option asks for. Throws `UserError` where an option's release is not one, before anything is run.
 */
export async function exploreScenario(
  harness: Harness,
  variations: Variations,
  release: Release,
  { signal, backend = null, ...options }: ExploreScenarioOptions,
): Promise<Exploration & { readonly runs: readonly ExploredRun[] }> {
  const { axes } = variations;
  const releases = new Map<string, Release>();
  for (const { name, options: all } of axes) {
    for (const option of all) {
      const factors = [{ axis: name, option }];
      const uv = variations.uvOf(factors);
      if (uv === null || releases.has(uv)) continue;
      releases.set(uv, await harness.release(await oneRelease(harness, variations.of(factors), `vary.${name}.${option}.uv`, uv)));
    }
  }
  const runs: ExploredRun[] = [];
  const result = await explore({
    ...options,
    ...(signal !== undefined && { signal }),
    axes,
    isConflicting: (factors) => variations.isConflicting(factors),
    async probe(factors) {
      signal?.throwIfAborted();
      const asked = releases.get(variations.uvOf(factors) ?? "") ?? release;
      const run = await runScenario(harness, variations.of(factors), asked, { backend, ...(signal !== undefined && { signal }) });
      signal?.throwIfAborted();
      runs.push({ factors, run });
      return {
        verdict: run.verdict,
        signature: signatureOf(run.observation),
        symptomGone: symptomIsGone(run.definition, run.observation),
        reason: run.reasons.length === 0 ? null : run.reasons.map(({ wanted, seen }) => `wanted: ${wanted}, seen: ${seen}`).join("; "),
      };
    },
  });
  return { ...result, runs: behindAnswer(result, runs) };
}

/** The runs that the answer rests on: of the starting point, of each cause, and of each cause without one of its factors. */
function behindAnswer({ start, causes }: Exploration, runs: readonly ExploredRun[]): ExploredRun[] {
  const wanted = [
    ...(start === null ? [] : [start.factors]),
    ...causes.flatMap(({ factors, necessary }) => [factors, ...necessary.map(({ without }) => without.factors)]),
  ].map(factorsKey);
  return [...new Set(wanted)].flatMap((key) => runs.find(({ factors }) => factorsKey(factors) === key) ?? []);
}
