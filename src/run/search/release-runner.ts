import { RUNS_OF_A_FLAKY_RELEASE, runRepeatedly } from "../../bisect/repeats.ts";
import type { ProbeResult } from "../../bisect/model.ts";
import { claimFor, compareClaim, isSupported } from "../../judge/claim.ts";
import { takenVerdict } from "../../judge/evidence.ts";
import type { RunResult } from "../../report/model.ts";
import { UserError } from "../../scenario/error.ts";
import type { Release } from "../../uv/binary.ts";
import { type CachedUv, openResultCache } from "../cache/result-cache.ts";
import { type WhatRan, whatRan } from "../cache/what-ran.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { withBackend, type RunOptions } from "../one-run/options.ts";
import { otherVersions } from "../one-run/other-uv.ts";
import { runScenario } from "../one-run/run-scenario.ts";

export interface RunnerOptions extends Pick<RunOptions, "backend" | "signal" | "acceptExitStatus"> {
  /** Releases that are run at once, and so many more that are fetched meanwhile. */
  readonly parallel: number;
  /** Runs of one release. */
  readonly repeat: number;
  /** Take finished runs from the cache. New ones are put there in any case. */
  readonly useCache: boolean;
  /** Releases that are not to be run, as `--skip` said it. */
  readonly skip: ReadonlySet<string>;
  readonly onRun?: (result: RunResult) => void;
}

/** Asks releases for a scenario's verdict and keeps the runs behind the answers. Disposing ends fetching ahead. */
export interface ReleaseRunner extends Disposable {
  /** `fresh`: so many runs anew, which join those that are known. */
  run(uv: string, fresh: number): Promise<ProbeResult>;
  /** Fetches releases that are likely to be asked next; those outside `supported` are never needed. */
  prefetch(versions: readonly string[]): void;
  /** Those of the releases whose answers are kept, without fetching any. */
  kept(versions: readonly string[]): Promise<string[]>;
  /** In the order in which they finished. */
  readonly runs: readonly RunResult[];
  /** Why releases were not run, by release. */
  readonly notRun: ReadonlyMap<string, string>;
  /** Those of them that could not be fetched. */
  readonly missing: ReadonlySet<string>;
}

/** Thrown when the search was interrupted: what is finished is in the cache, and the same command goes on from there. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** A cached run says what was seen; what the file says of it now (name, title, claims) may have changed since. */
function relabelled(cached: RunResult, loaded: LoadedScenario, options: RunnerOptions): RunResult {
  const claim = claimFor(loaded.scenario, cached.uv);
  return {
    ...cached,
    scenario: loaded.file,
    title: loaded.scenario.title,
    scenarioText: loaded.text,
    claim: compareClaim(claim, takenVerdict(cached, options)),
    claimed: claim?.verdict ?? null,
  };
}

/** So many releases in turn that cannot be fetched are no fault of theirs: from then on none is tried. */
const FAILURES_OFFLINE = 2;

export async function openReleaseRunner(harness: Harness, loaded: LoadedScenario, options: RunnerOptions): Promise<ReleaseRunner> {
  const scenario = withBackend(loaded.scenario, options.backend);
  let ran: Promise<WhatRan> | null = null;
  const cache = openResultCache(harness.cacheDir, () => (ran ??= whatRan(harness, loaded, scenario)));
  const runs: RunResult[] = [];
  const notRun = new Map<string, string>();
  const missing = new Set<string>();
  /** What each release is known to have come to, runs of earlier searches included. */
  const known = new Map<string, RunResult[]>();
  const whenFlaky = Math.max(options.repeat, RUNS_OF_A_FLAKY_RELEASE);
  let failures = 0;

  const isInstalled = async (uv: string): Promise<boolean> => (await harness.store.installed()).some(({ version }) => version === uv);
  const fetched = async (uv: string): Promise<Release | null> => {
    if (failures >= FAILURES_OFFLINE && !(await isInstalled(uv))) {
      missing.add(uv);
      notRun.set(uv, "not installed, and releases cannot be fetched now");
      return null;
    }
    try {
      const release = await harness.release(uv);
      failures = 0;
      return release;
    } catch (error) {
      if (!(error instanceof UserError) || options.signal?.aborted === true) throw error;
      failures++;
      missing.add(uv);
      notRun.set(uv, error.message.split("\n").join("; "));
      return null;
    }
  };
  const cachedUv = async (release: Release): Promise<CachedUv> => ({
    ...release,
    others: await otherVersions(harness, scenario, release.version),
  });
  const runOnce = async (release: Release): Promise<RunResult> => {
    isRunning = true;
    startFetching();
    const result = await runScenario(harness, loaded, release, options);
    if (options.signal?.aborted === true) throw new Interrupted("interrupted");
    await cache.add(scenario, await cachedUv(release), result);
    return result;
  };
  const keep = (results: RunResult[], result: RunResult): void => {
    results.push(result);
    runs.push(result);
    options.onRun?.(result);
  };

  let wanted: string[] = [];
  let fetching = 0;
  const begun = new Set<string>();
  /** Where every answer so far came from the cache, those ahead probably do as well: nothing need be fetched. */
  let isRunning = false;
  // After a failure the next one is like it; after an abort nobody waits for it.
  const mayFetch = (): boolean => isRunning && failures === 0 && options.signal?.aborted !== true && wanted.length > 0;
  const startFetching = (): void => {
    for (; fetching < options.parallel && mayFetch(); fetching++) void fetchWanted();
  };
  const fetchWanted = async (): Promise<void> => {
    while (mayFetch()) {
      const uv = wanted.shift() ?? "";
      begun.add(uv);
      // A failure shows when the release is asked for.
      await harness.release(uv).catch(() => null);
    }
    fetching--;
  };

  return {
    runs,
    notRun,
    missing,
    async kept(versions) {
      if (!options.useCache) return [];
      const asked = versions.filter((uv) => isSupported(scenario, uv) && !options.skip.has(uv));
      const installed = (await harness.store.installed()).filter(({ version }) => asked.includes(version));
      const results = await Promise.all(installed.map(async (release) => cache.read(scenario, await cachedUv(release))));
      return installed.filter((_, at) => (results[at] ?? []).length > 0).map(({ version }) => version);
    },
    prefetch(versions) {
      wanted = versions.filter((uv) => isSupported(scenario, uv) && !options.skip.has(uv) && !begun.has(uv));
      startFetching();
    },
    [Symbol.dispose]() {
      wanted = [];
    },
    async run(uv, fresh) {
      if (options.signal?.aborted === true) throw new Interrupted("interrupted");
      // Nothing is run outside `supported`, so nothing need be installed either.
      if (!isSupported(scenario, uv)) return { verdicts: ["unsupported"] };
      if (options.skip.has(uv)) {
        notRun.set(uv, "left out by --skip");
        return { verdicts: ["unresolved"] };
      }
      const release = await fetched(uv);
      if (release === null) return { verdicts: ["unresolved"] };
      let results = known.get(uv);
      if (results === undefined) {
        results = [];
        known.set(uv, results);
        // All of them: a release that was found flaky once stays so.
        for (const result of options.useCache ? await cache.read(scenario, await cachedUv(release)) : [])
          keep(results, relabelled(result, loaded, options));
      }
      const earlier = results.map((result) => takenVerdict(result, options));
      return runRepeatedly(
        async () => {
          const result = await runOnce(release);
          keep(results, result);
          return takenVerdict(result, options);
        },
        { earlier, repeat: Math.max(options.repeat, earlier.length + fresh), whenFlaky },
      );
    },
  };
}
