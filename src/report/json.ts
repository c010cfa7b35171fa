import type { KeyringRecord, RequestRecord, StepRecord } from "../observation/model.ts";
import type { RunResult } from "./model.ts";

/** What `run --json` prints, and what `report` reads: fields are only ever added within `schema: 1`. */
export interface RunJson {
  readonly schema: 1;
  /** Which part of the runs this is, where `--shard` split them. */
  readonly shard?: Shard;
  readonly runs: readonly RunJsonEntry[];
}

/** One of `count` parts; `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** A run, with what was observed beside the verdict instead of below it. Times are whole milliseconds. */
export type RunJsonEntry = Omit<RunResult, "observation"> & RunResult["observation"];

/** The results as one object: the documented fields in the documented order, then all else that a report needs. */
export function toRunJson(results: readonly RunResult[], shard?: Shard): RunJson {
  return { schema: 1, ...(shard === undefined ? {} : { shard }), runs: results.map(toRunEntry) };
}

/** A run as it is kept. */
export function toRunEntry({ observation, ...result }: RunResult): RunJsonEntry {
  const { scenario, uv, verdict, evidence, reasons, claim, durationMs, cached, ...others } = result;
  const { leaks, steps, requests, keyring, ...rest } = observation;
  return {
    scenario,
    uv,
    verdict,
    evidence,
    reasons: reasons.map(({ kind, condition, wanted, seen }) => ({ kind, condition, wanted, seen })),
    claim,
    durationMs: Math.round(durationMs),
    cached,
    leaks: leaks.map(({ step, where, secret, form }) => ({ step, where, secret, form })),
    steps: steps.map(stepEntry),
    requests: requests.map(requestEntry),
    keyring: keyring.map(callEntry),
    ...others,
    ...rest,
  };
}

function stepEntry({ argv, exit, durationMs, stdout, stderr, ...others }: StepRecord): StepRecord {
  return { argv, exit, durationMs: Math.round(durationMs), stdout, stderr, ...others };
}

function requestEntry(record: RequestRecord): RequestRecord {
  const { step, index, method, url, status, final, user, authorization, httpVersion, ...others } = record;
  return { step, index, method, url, status, final, user, authorization, httpVersion, ...others };
}

function callEntry({ step, from, argv, raised, ...others }: KeyringRecord): KeyringRecord {
  return { step, from, argv, raised, ...others };
}

/** The other way round: a run as it was kept. */
export function fromEntry({ leaks, steps, requests, keyring, names, files, trouble, ...result }: RunJsonEntry): RunResult {
  return { ...result, observation: { steps, requests, keyring, ...(names !== undefined && { names }), files, leaks, trouble } };
}
