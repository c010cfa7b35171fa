import type { Evidence, LeakRecord, Reason, Verdict } from "../observation/model.ts";
import type { Authorization } from "../scenario/model.ts";
import type { RunResult } from "./model.ts";

/** What `run --json` prints. Fields are only ever added within `schema: 1`. */
export interface RunJson {
  readonly schema: 1;
  readonly runs: readonly RunJsonEntry[];
}

interface RunJsonEntry {
  /** Path as given. */
  readonly scenario: string;
  readonly uv: string;
  readonly verdict: Verdict;
  /** `exit-status`: nothing but exit statuses speaks for the verdict; `null` where it is neither `reproduced` nor `healthy`. */
  readonly evidence: Evidence | null;
  readonly reasons: readonly Reason[];
  readonly claim: "held" | "contradicted" | "none";
  readonly durationMs: number;
  readonly cached: boolean;
  readonly leaks: readonly LeakRecord[];
  readonly steps: readonly RunJsonStep[];
  readonly requests: readonly RunJsonRequest[];
  readonly keyring: readonly RunJsonKeyringCall[];
}

interface RunJsonStep {
  readonly argv: readonly string[];
  /** `null` when killed by a signal. */
  readonly exit: number | null;
  readonly durationMs: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunJsonRequest {
  /** Counts from 0; −1 before the first step. */
  readonly step: number;
  /** `null`: a host that no index declares. */
  readonly index: string | null;
  readonly method: string;
  readonly url: string;
  /** `0`: no answer was sent. */
  readonly status: number;
  /** The last answer to this method and URL in its step. */
  readonly final: boolean;
  readonly user: string | null;
  readonly authorization: Authorization;
  readonly httpVersion: string;
}

interface RunJsonKeyringCall {
  readonly step: number;
  readonly from: "venv" | "tool" | "other";
  readonly argv: readonly string[];
  /** Name of the exception's class; `null` if nothing was raised. */
  readonly raised: string | null;
}

/** The results as `run --json` prints them: the documented fields in the documented order, nothing else. Times are whole milliseconds. */
export function toRunJson(results: readonly RunResult[]): RunJson {
  return { schema: 1, runs: results.map(toEntry) };
}

function toEntry({ observation, ...result }: RunResult): RunJsonEntry {
  return {
    scenario: result.scenario,
    uv: result.uv,
    verdict: result.verdict,
    evidence: result.evidence,
    reasons: result.reasons.map(({ kind, condition, wanted, seen }) => ({ kind, condition, wanted, seen })),
    claim: result.claim,
    durationMs: Math.round(result.durationMs),
    cached: result.cached,
    leaks: observation.leaks.map(({ step, where, secret, form }) => ({ step, where, secret, form })),
    steps: observation.steps.map(({ argv, exit, durationMs, stdout, stderr }) => ({
      argv,
      exit,
      durationMs: Math.round(durationMs),
      stdout,
      stderr,
    })),
    requests: observation.requests.map(({ step, index, method, url, status, final, user, authorization, httpVersion }) => ({
      step,
      index,
      method,
      url,
      status,
      final,
      user,
      authorization,
      httpVersion,
    })),
    keyring: observation.keyring.map(({ step, from, argv, raised }) => ({ step, from, argv, raised })),
  };
}
