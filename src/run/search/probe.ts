import { claimFor, compareClaim, isSupported } from "../../judge/claim.ts";
import { takenVerdict } from "../../judge/evidence.ts";
import { runRepeatedly } from "../../bisect/repeats.ts";
import type { ProbeResult } from "../../bisect/model.ts";
import type { RunResult } from "../../report/model.ts";
import { codeVersion } from "../cache/code-version.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load.ts";
import { withBackend, type RunOptions } from "../one-run/options.ts";
import { openResultCache, type ResultCache } from "../cache/result-cache.ts";
import { runScenario } from "../one-run/run-scenario.ts";

export interface ProbeOptions extends Pick<RunOptions, "backend" | "signal" | "acceptExitStatus"> {
  /** Runs of one release. */
  readonly repeat: number;
  /** Runs of one release once two of them differ, at most. */
  readonly atMost: number;
  /** Take finished runs from the cache. New ones are put there in any case. */
  readonly useCache: boolean;
  readonly onRun?: (result: RunResult) => void;
}

/** Asks releases for a scenario's verdict, never twice for the same thing, and keeps the runs behind the answers. Disposing ends fetching ahead. */
export interface Prober extends Disposable {
  probe(uv: string): Promise<ProbeResult>;
  /** Fetches releases that are likely to be asked next; those outside `supported` are never needed. */
  prefetch(versions: readonly string[]): void;
  /** In the order in which they finished. */
  readonly runs: readonly RunResult[];
}

/** Thrown when the search was interrupted: what is finished is in the cache, and the same command goes on from there. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** A cached run says what was seen; what the file says of it now (name, title, claims) may have changed since. */
function relabelled(cached: RunResult, loaded: LoadedScenario, options: ProbeOptions): RunResult {
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

export async function openProber(harness: Harness, loaded: LoadedScenario, options: ProbeOptions): Promise<Prober> {
  const cache: ResultCache = openResultCache(harness.cacheDir, await harness.python(), await codeVersion());
  const scenario = withBackend(loaded.scenario, options.backend);
  const runs: RunResult[] = [];

  const runOnce = async (uv: string): Promise<RunResult> => {
    const release = await harness.release(uv);
    isRunning = true;
    startFetching();
    const result = await runScenario(harness, loaded, release, options);
    if (options.signal?.aborted === true) throw new Interrupted("interrupted");
    await cache.add(scenario, release, result);
    return result;
  };

  let wanted: string[] = [];
  let fetching = false;
  /** Where every answer so far came from the cache, those ahead probably do as well: nothing need be fetched. */
  let isRunning = false;
  const startFetching = (): void => {
    if (isRunning && !fetching) void fetchWanted();
  };
  const fetchWanted = async (): Promise<void> => {
    fetching = true;
    for (let uv = wanted.shift(); uv !== undefined; uv = wanted.shift()) {
      // A failure shows when the release is asked for.
      await harness.release(uv).catch(() => null);
    }
    fetching = false;
  };

  return {
    runs,
    prefetch(versions) {
      wanted = versions.filter((uv) => isSupported(scenario, uv));
      startFetching();
    },
    [Symbol.dispose]() {
      wanted = [];
    },
    async probe(uv) {
      if (options.signal?.aborted === true) throw new Interrupted("interrupted");
      // Nothing is run outside `supported`, so nothing need be installed either.
      if (!isSupported(scenario, uv)) return { verdicts: ["unsupported"] };
      const known = options.useCache ? await cache.read(scenario, await harness.release(uv)) : [];
      return runRepeatedly(
        async () => {
          const cached = known.shift();
          const result = cached === undefined ? await runOnce(uv) : relabelled(cached, loaded, options);
          runs.push(result);
          options.onRun?.(result);
          return takenVerdict(result, options);
        },
        { repeat: options.repeat, atMost: Math.max(options.repeat, options.atMost) },
      );
    },
  };
}
