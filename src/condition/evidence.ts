import type { Observation, StepRecord } from "../observation/model.ts";

/** What one step left behind; a condition sees nothing else. */
export interface StepEvidence extends Pick<Observation, "requests" | "keyring" | "files" | "leaks"> {
  readonly step: StepRecord;
  /** Why calls of a keyring may be missing from `keyring`; empty: none is. */
  readonly unrecordedKeyrings?: readonly string[];
}

export function evidenceOf(observation: Observation, index: number, step: StepRecord): StepEvidence {
  const ofStep = <R extends { readonly step: number }>(records: readonly R[]): R[] => records.filter((record) => record.step === index);
  return {
    step,
    requests: ofStep(observation.requests),
    keyring: ofStep(observation.keyring),
    files: ofStep(observation.files),
    leaks: ofStep(observation.leaks),
    unrecordedKeyrings: ofStep(observation.unrecordedKeyrings ?? []).map(({ detail }) => detail),
  };
}
