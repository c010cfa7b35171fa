import type { RunJsonEntry } from "./json.ts";
import { toRunEntry } from "./json.ts";
import type { SearchEvidence } from "./search-evidence.ts";

/** A search as it was answered, whole, so that any report of it can be made later. */
export interface KeptSearch<Result> {
  readonly result: Result;
  readonly command: readonly string[];
  /** Release and why it was not run. */
  readonly notRun: readonly (readonly [string, string])[];
}

/** A search of releases with its answer. */
interface AnsweredSearch<Result> extends SearchEvidence {
  readonly result: Result;
  readonly command: readonly string[];
}

export function keptSearch<Result>({ result, command, notRun, runs }: AnsweredSearch<Result>): {
  readonly kept: KeptSearch<Result>;
  readonly runs: readonly RunJsonEntry[];
} {
  return { kept: { result, command, notRun: [...(notRun ?? [])] }, runs: runs.map(toRunEntry) };
}
