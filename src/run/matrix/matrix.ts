import type { RunResult } from "../../report/model.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
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
  const wanted: string[] = [];
  const results = await mapPool(cells, options.jobs, async (cell, index) => {
    if (options.signal?.aborted === true) return null;
    const next = cells[index + options.jobs];
    // The run that needs it reports the failure.
    if (next !== undefined) void harness.release(next.uv).catch(() => {});
    // Fetching is part of it: a user who waits for 50 MB sees for what.
    options.onEvent?.({ kind: "started", cell });
    wanted.push(cell.uv);
    try {
      const result = await runScenario(harness, cell.scenario, await harness.release(cell.uv), options);
      options.onEvent?.({ kind: "finished", cell, result });
      return result;
    } finally {
      wanted.splice(wanted.indexOf(cell.uv), 1);
      // Where the cache is full, it makes room for the next.
      await harness.store.letGo({ except: new Set([...wanted, ...(next === undefined ? [] : [next.uv])]) });
    }
  });
  return results.filter((result) => result !== null);
}
