import type { BisectReport } from "./bisect.ts";
import type { ExploreReport } from "./explore.ts";
import type { MapReport } from "./map.ts";
import { runOf } from "./run-of.ts";
import type { RunResult } from "./model.ts";

/** A search with its answer and the runs behind it. */
export type SearchReport =
  | ({ readonly kind: "bisect" } & BisectReport)
  | ({ readonly kind: "map" } & MapReport)
  | ({ readonly kind: "explore" } & ExploreReport);

/** What a report is of: runs, searches, or both where several kept files become one report. */
export interface Reported {
  readonly results: readonly RunResult[];
  readonly searches: readonly SearchReport[];
}

/** Of each release that a search asked, the run that shows its verdict; none of `explore`, whose runs are of changed scenarios. */
export function askedRuns(search: SearchReport): RunResult[] {
  if (search.kind === "explore") return [];
  const { probes } = search.result;
  return probes.flatMap(({ uv }) => runOf(uv, probes, search.runs) ?? search.runs.find((run) => run.uv === uv) ?? []);
}
