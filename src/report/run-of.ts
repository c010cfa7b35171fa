import type { Probe } from "../bisect/model.ts";
import type { RunResult } from "./model.ts";

/** The run of a release that shows the verdict which the probe settled on. */
export function runOf(uv: string, probes: readonly Probe[], runs: readonly RunResult[]): RunResult | undefined {
  const verdict = probes.find((probe) => probe.uv === uv)?.verdict;
  const ofRelease = runs.filter((run) => run.uv === uv && run.observation.steps.length > 0);
  return ofRelease.find((run) => run.verdict === verdict) ?? ofRelease[0];
}
