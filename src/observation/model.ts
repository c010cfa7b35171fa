import type { Authorization } from "../scenario/model.ts";

/** All that one run recorded. Redacted: no secret's value is in it, only `<secret:NAME>`. */
export interface Observation {
  readonly steps: readonly StepRecord[];
  /** In the order in which the answers were begun. */
  readonly requests: readonly RequestRecord[];
  readonly keyring: readonly KeyringRecord[];
  /** What the files named by conditions held after each step. */
  readonly files: readonly FileRecord[];
  readonly leaks: readonly LeakRecord[];
  /** Names that steps asked for, each question of a step once; only in a sandbox, since without one uv asks the proxy. */
  readonly names?: readonly NameRecord[];
  /** Steps in which a `keyring` may have been called that could not be recorded. */
  readonly unrecordedKeyrings?: readonly UnrecordedKeyring[];
  /** Trouble with the harness or the machine; any entry makes the run unresolved. */
  readonly trouble: readonly Trouble[];
}

/** A question for the address of a name. */
export interface NameRecord {
  readonly step: number;
  /** In small letters. */
  readonly name: string;
  /** For example `A` or `AAAA`. */
  readonly type: string;
  /** Milliseconds on the journal's clock. */
  readonly at: number;
}

export interface StepRecord {
  readonly argv: readonly string[];
  /** The release that was `uv` in this step, where it was not the one under test. */
  readonly uv?: string;
  /** `null` when killed by a signal. */
  readonly exit: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly durationMs: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds on the journal's clock. */
  readonly startedAt: number;
}

/** Headers of a request that are recorded: none that may hold a credential, as a cookie does. */
export const RECORDED_HEADERS = ["user-agent", "accept", "accept-encoding", "cache-control", "if-none-match", "if-modified-since"] as const;

export interface RequestRecord {
  /** Index of the step during which it was answered; −1 before the first. */
  readonly step: number;
  /** Declared index by name; `null` for an undeclared host (answered from `default`). */
  readonly index: string | null;
  readonly method: string;
  readonly url: string;
  /** `0`: no answer was sent (dropped). */
  readonly status: number;
  /** The last answer to this method and URL in its step; never a redirect, nor a HEAD that is not offered (405, 501). */
  readonly final: boolean;
  readonly user: string | null;
  readonly authorization: Authorization;
  /** Which secret it carried, as `private.USER` or `private.USER (stale)`; `null` if none that is known. */
  readonly secret: string | null;
  readonly httpVersion: string;
  /** The `Range` header, if sent. */
  readonly range: string | null;
  /** `RECORDED_HEADERS` by name; `null` for one that was not sent. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** `Location` of a redirect, redacted. */
  readonly location: string | null;
  readonly at: number;
  /** Why the index did not answer: the protocol's own rules refused the request, or none could be read. */
  readonly reason?: string;
  /** A connection that brought no request which could be read: method and path are unknown. */
  readonly unread?: Unread;
}

export interface Unread {
  /** Whether the scenario itself makes it fail (a bad certificate, no trust), so that nothing is missing. */
  readonly expected: boolean;
  /** The indexes that may have been meant, `default` included; `null`: any. */
  readonly indexes: readonly string[] | null;
}

export interface KeyringRecord {
  readonly step: number;
  readonly from: "venv" | "tool" | "other";
  /** As given after `keyring`, for example `["get", "https://…", "VssSessionToken"]`. */
  readonly argv: readonly string[];
  /** Name of the exception's class; `null` if nothing was raised. */
  readonly raised: string | null;
  readonly exit: number | null;
  /** `false`: killed or hanging when the step ended. */
  readonly finished: boolean;
  /** `sys.prefix` of its interpreter, with the run's folder replaced. */
  readonly prefix: string;
  readonly at: number;
  readonly durationMs: number | null;
}

export interface UnrecordedKeyring {
  readonly step: number;
  /** Which, and why, for people. */
  readonly detail: string;
}

export interface FileRecord {
  readonly step: number;
  /** As the condition wrote it. */
  readonly path: string;
  /** `null`: absent, or not to be read. */
  readonly content: string | null;
  /** Why what is there could not be read: `is a folder`. */
  readonly unread?: string;
}

export interface LeakRecord {
  readonly step: number;
  /** `stdout`, `stderr`, or a file's path relative to the project or `~/…`. */
  readonly where: string;
  /** `private.USER`. */
  readonly secret: string;
  readonly form: "plain" | "percent-encoded" | "escaped" | "base64" | "hex";
}

/** Why a run can't be judged; `detail` is for people. */
export interface Trouble {
  readonly kind:
    | "timeout"
    | "signal"
    | "gateway"
    | "python"
    | "install"
    | "backend"
    | "keyring-tool"
    | "keyring"
    | "interrupted"
    | "spawn"
    | "workspace"
    | "resources"
    | "frozen";
  readonly step: number | null;
  readonly detail: string;
}

export type Verdict = "reproduced" | "healthy" | "unresolved" | "unsupported";

/** One thing that fell short: which condition, what was wanted, what was seen. */
export interface Reason {
  readonly kind: "condition" | "ambiguous" | "asked-nothing" | "set-up" | "trouble" | "not-supported" | "unknown-argument";
  /** Where in the scenario, as `step[1].healthy.exit`; `null` where none is meant. */
  readonly condition: string | null;
  readonly wanted: string;
  readonly seen: string;
}

/**
 * What a verdict rests on: facts that the run showed (requests, keyring calls, files, outputs, leaks), or exit statuses
 * alone, which a broken machine gives as well.
 */
export type Evidence = "facts" | "exit-status";

export interface Judgement {
  readonly verdict: Verdict;
  /** `null` where the verdict is neither `reproduced` nor `healthy`. */
  readonly evidence: Evidence | null;
  /** Empty for `reproduced` and `healthy`. */
  readonly reasons: readonly Reason[];
}
