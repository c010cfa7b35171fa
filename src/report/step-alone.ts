import type { RunResult } from "./model.ts";

/**
 * One step of a run as a run of its own, so that two steps can be compared as two runs are: uv beside pip, or a sync
 * beside the one after it. `step` counts from 0.
 */
export function stepAlone(run: RunResult, step: number): RunResult {
  const { steps, requests, keyring, leaks, files } = run.observation;
  const own = <Entry extends { readonly step: number }>(entries: readonly Entry[]): Entry[] =>
    entries.filter((entry) => entry.step === step).map((entry) => ({ ...entry, step: 0 }));
  return {
    ...run,
    observation: {
      ...run.observation,
      steps: steps.slice(step, step + 1),
      requests: own(requests),
      keyring: own(keyring),
      leaks: own(leaks),
      files: own(files),
    },
  };
}
