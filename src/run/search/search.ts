import { availableParallelism } from "node:os";
import { bisect } from "../../bisect/bisect.ts";
import { map } from "../../bisect/map.ts";
import type { BisectResult, MapResult, SearchOptions } from "../../bisect/model.ts";
import type { SearchProgress } from "../../bisect/progress.ts";
import type { RunResult } from "../../report/model.ts";
import { selectReleases } from "../../uv/select.ts";
import { pruneResults } from "../cache/result-cache.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { withBackend, type RunOptions } from "../one-run/options.ts";
import { readBounds, type GivenBounds } from "./given-bounds.ts";
import { openReleaseRunner, type ReleaseRunner } from "./release-runner.ts";
import { allReleases, checkBound, likelyReleases, supportedReleases } from "./searched-releases.ts";

/** What bisect and map have in common. */
export interface ScenarioSearchOptions extends Pick<RunOptions, "backend" | "signal" | "acceptExitStatus"> {
  /** Runs of each release; 1 unless said. */
  readonly repeat?: number;
  /** Runs of each release behind an answer; 20 unless said. */
  readonly confirm?: number;
  /** Whether finished runs are taken from the cache; true unless said. */
  readonly useCache?: boolean;
  /** Releases that are not to be run, as for `--uv`. */
  readonly skip?: readonly string[];
  /** Releases at once; the number of cores unless said. */
  readonly parallel?: number;
  readonly onRun?: (result: RunResult) => void;
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Told what the user should know: a list of releases that is old. */
  readonly notice?: (text: string) => void;
}

/** The runs behind an answer. */
export interface SearchRuns {
  readonly runs: readonly RunResult[];
  /** Why releases were not run, by release. */
  readonly notRun: ReadonlyMap<string, string>;
  /** Those of them that could not be fetched. */
  readonly missing: ReadonlySet<string>;
}

export interface BisectScenarioOptions extends ScenarioSearchOptions, GivenBounds {
  /** Releases that may be asked until a change is known. */
  readonly budget?: number;
}

export interface MapScenarioOptions extends ScenarioSearchOptions {
  /** Which releases, as for `--uv`; all unless said. */
  readonly uv?: readonly string[];
  /** Ask some and infer the others. */
  readonly sample?: boolean;
}

/** Finds the release of a scenario's support where its verdict changed. Throws `UserError`, and `Interrupted` after an abort. */
export async function bisectScenario(
  harness: Harness,
  loaded: LoadedScenario,
  options: BisectScenarioOptions = {},
): Promise<SearchRuns & { readonly result: BisectResult }> {
  const notice = options.notice ?? (() => {});
  let all: Promise<readonly string[]> | null = null;
  const searched = async (): Promise<string[]> => supportedReleases(loaded, await (all ??= allReleases(harness, notice)));
  const { good, bad } = await readBounds(searched, options);
  const given = [good, bad].filter((bound) => bound !== undefined);
  // What is needed in any case comes while the list of releases is on its way. A failure shows when it is asked for.
  for (const version of given) harness.release(version).catch(() => null);
  return searching(harness, loaded, options, async ({ runner, search, parallel }) => {
    // Both bounds are run whatever the list of releases says, so they are while it comes.
    const ahead = new Map(given.length === 2 && parallel > 1 ? given.map((uv) => [uv, search.probe(uv, 0)]) : []);
    for (const answer of ahead.values()) answer.catch(() => null);
    const versions = await searched();
    for (const bound of given) checkBound(bound, loaded, versions, await (all ??= allReleases(harness, notice)));
    return bisect({
      ...search,
      versions,
      probe(uv, fresh) {
        const answer = ahead.get(uv);
        ahead.delete(uv);
        return answer ?? search.probe(uv, fresh);
      },
      good: good ?? null,
      bad: bad ?? null,
      kept: await runner.kept(versions),
      likely: likelyReleases(loaded, versions),
      ...(options.budget !== undefined && { budget: options.budget }),
    });
  });
}

/** Finds every change of a scenario's verdict. Throws `UserError`, and `Interrupted` after an abort. */
export async function mapScenario(
  harness: Harness,
  loaded: LoadedScenario,
  options: MapScenarioOptions = {},
): Promise<SearchRuns & { readonly result: MapResult }> {
  const all = await allReleases(harness, options.notice ?? (() => {}));
  const wanted = selectReleases(options.uv === undefined || options.uv.length === 0 ? ["all"] : options.uv, all);
  const left = new Set(options.skip === undefined || options.skip.length === 0 ? [] : selectReleases(options.skip, all));
  const versions = wanted.filter((version) => !left.has(version));
  return searching(harness, loaded, options, async ({ search }) => {
    // Where no uv is at hand, pip would fetch each old release, which takes four times as long: one new enough comes first.
    if ((await missingAmong(harness, versions)) > 1) await harness.bootstrap().catch(() => null);
    return map({ ...search, versions, sample: options.sample ?? false });
  });
}

async function missingAmong(harness: Harness, versions: readonly string[]): Promise<number> {
  const installed = new Set((await harness.store.installed()).map(({ version }) => version));
  return versions.filter((version) => !installed.has(version)).length;
}

interface Searching {
  readonly runner: ReleaseRunner;
  readonly parallel: number;
  readonly search: Omit<SearchOptions, "versions"> & Pick<ScenarioSearchOptions, "onProgress">;
}

async function searching<Result>(
  harness: Harness,
  loaded: LoadedScenario,
  options: ScenarioSearchOptions,
  work: (searching: Searching) => Promise<Result>,
): Promise<SearchRuns & { readonly result: Result }> {
  const { backend = null, signal, repeat = 1, useCache = true, skip = [], onRun, onProgress } = options;
  const parallel = options.parallel ?? availableParallelism();
  harness.prepare(withBackend(loaded.scenario, backend), loaded).catch(() => null);
  const skipped = skip.length === 0 ? [] : selectReleases(skip, await allReleases(harness, () => {}));
  using runner = await openReleaseRunner(harness, loaded, {
    backend,
    acceptExitStatus: options.acceptExitStatus,
    parallel,
    repeat,
    useCache,
    skip: new Set(skipped),
    ...(signal !== undefined && { signal }),
    ...(onRun !== undefined && { onRun }),
  });
  const asking = new Set<string>();
  const probe: SearchOptions["probe"] = async (uv, fresh) => {
    asking.add(uv);
    const answer = await runner.run(uv, fresh).finally(() => asking.delete(uv));
    // What was asked makes room for what comes, where the cache is full.
    await harness.store.letGo({ except: asking });
    return answer;
  };
  try {
    const result = await work({
      runner,
      parallel,
      search: {
        probe,
        parallel,
        ...(options.confirm !== undefined && { confirm: options.confirm }),
        speculate: parallel < availableParallelism(),
        prefetch: (next) => runner.prefetch(next),
        ...(onProgress !== undefined && { onProgress }),
      },
    });
    return { result, runs: runner.runs, notRun: runner.notRun, missing: runner.missing };
  } finally {
    await pruneResults(harness.cacheDir);
  }
}
