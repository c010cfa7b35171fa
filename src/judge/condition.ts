import type { Observation, StepRecord } from "../observation/model.ts";
import type { Condition } from "../scenario/model.ts";
import { judgeExit } from "./exit.ts";
import { judgeFiles } from "./file.ts";
import type { Finding } from "./finding.ts";
import { judgeKeyring } from "./keyring.ts";
import { judgeLeaks } from "./leak.ts";
import { judgeOutput } from "./output.ts";
import { judgeRequests } from "./request.ts";

/** What one step left behind; a condition sees nothing else. */
export interface StepEvidence extends Pick<Observation, "requests" | "keyring" | "files" | "leaks"> {
  readonly step: StepRecord;
}

export function evidenceOf(observation: Observation, index: number, step: StepRecord): StepEvidence {
  const ofStep = <R extends { readonly step: number }>(records: readonly R[]): R[] => records.filter((record) => record.step === index);
  return {
    step,
    requests: ofStep(observation.requests),
    keyring: ofStep(observation.keyring),
    files: ofStep(observation.files),
    leaks: ofStep(observation.leaks),
  };
}

export function judgeCondition(condition: Condition, evidence: StepEvidence): Finding {
  switch (condition.kind) {
    case "exit":
      return judgeExit(condition.exit, evidence.step);
    case "stdout":
    case "stderr":
      return judgeOutput(condition.text, evidence.step[condition.kind]);
    case "request":
    case "final":
      return judgeRequests(condition.kind, condition.match, condition, evidence.requests);
    case "keyring":
      return judgeKeyring(condition.match, condition, evidence.keyring);
    case "file":
      return judgeFiles(condition.match, condition, evidence.files);
    default:
      return judgeLeaks(condition.match, condition, evidence.leaks);
  }
}
