import type { RunResult } from "../../report/model.ts";
import type { Release } from "../../uv/binary.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load.ts";
import type { RunOptions } from "../one-run/options.ts";
import { mapPool } from "./pool.ts";
import { runScenario } from "../one-run/run-scenario.ts";

/** One cell of a matrix: a scenario with a release. */
export interface Cell {
  readonly scenario: LoadedScenario;
  /** As `--uv` named it, for example `0.9.5` or a path. */
  readonly uv: string;
}

export type MatrixEvent =
  | { readonly kind: "started"; readonly cell: Cell }
  | { readonly kind: "finished"; readonly cell: Cell; readonly result: RunResult };

export interface MatrixOptions extends RunOptions {
  readonly jobs: number;
  readonly onEvent?: (event: MatrixEvent) => void;
}

/**
 * Runs every cell, at most `jobs` at a time; results come in the order of the cells. Releases are fetched ahead of
 * the runs that need them. On an abort the cells that have not begun are left out.
 */
export async function runMatrix(harness: Harness, cells: readonly Cell[], options: MatrixOptions): Promise<RunResult[]> {
  const releases = new Map<string, Promise<Release>>();
  const releaseOf = (uv: string): Promise<Release> => {
    let release = releases.get(uv);
    if (release === undefined) {
      release = harness.release(uv);
      // The first run that needs it reports the failure.
      release.catch(() => {});
      releases.set(uv, release);
    }
    return release;
  };
  const results = await mapPool(cells, options.jobs, async (cell, index) => {
    if (options.signal?.aborted === true) return null;
    const next = cells[index + options.jobs];
    if (next !== undefined) void releaseOf(next.uv);
    // Fetching is part of it: a user who waits for 50 MB sees for what.
    options.onEvent?.({ kind: "started", cell });
    const release = await releaseOf(cell.uv);
    const result = await runScenario(harness, cell.scenario, release, options);
    options.onEvent?.({ kind: "finished", cell, result });
    return result;
  });
  return results.filter((result) => result !== null);
}
