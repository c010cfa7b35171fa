/** What one uv command told in its log. Pure data, without any secret; what the release does not print is `null`. */
export interface UvLog {
  readonly release: string | null;
  readonly chains: readonly Chain[];
  /** `package==version` → requirements, as uv took them in. */
  readonly requires: ReadonlyMap<string, readonly string[]>;
  /** What uv told at the end, outside of its log: made one line, without frames. */
  readonly message: string;
  readonly failure: Failure | null;
}

/** Why no answer came. */
export interface Failure {
  readonly kind: "certificate" | "connection";
  /** As uv names it: `UnknownIssuer`, `Connection refused`. */
  readonly what: string;
}

export const SOURCES = ["settings", "another request", "netrc", "store", "keyring", "system", "earlier question"] as const;
/** Where credentials came from: `settings` are those of URLs and variables. */
export type Source = (typeof SOURCES)[number];

/** One request as uv's authentication saw it, from the first attempt to the last. */
export interface Chain {
  /** Without credentials. */
  readonly url: string;
  readonly method: string | null;
  readonly policy: string | null;
  /** What the request brought with it: nothing, a user alone, or user and password. */
  readonly brought: "nothing" | "user" | "credentials";
  /** In the order in which they were asked. */
  readonly asked: readonly Asked[];
  /** What was sent last; `null`: uv sent nothing at all. */
  readonly sent: "none" | "user" | "credentials" | null;
  readonly source: Source | null;
  readonly user: string | null;
  /** Statuses in order; the last one is how it ended, where `ended` says so. */
  readonly statuses: readonly number[];
  /** How it ended: a status, `missing` (uv had no credentials to send and sent nothing), or `null`: not printed. */
  readonly ended: number | "missing" | null;
  readonly redirects: readonly string[];
}

export interface Asked {
  readonly source: Source;
  readonly found: boolean;
}
