export type ExitExpectation = "any" | "nonzero" | readonly number[];

/** Every condition knows where it stands, as `step[1].reproduced.final.any`. */
export type Condition = { readonly path: string } & (
  | { readonly kind: "exit"; readonly exit: ExitExpectation }
  | { readonly kind: "stdout" | "stderr"; readonly text: TextMatcher }
  | ({ readonly kind: "request" | "final"; readonly match: RequestMatcher } & Quantified)
  | ({ readonly kind: "keyring"; readonly match: KeyringMatcher } & Quantified)
  | ({ readonly kind: "file"; readonly match: FileMatcher } & Quantified)
  | ({ readonly kind: "lock"; readonly match: LockMatcher } & Quantified)
  | ({ readonly kind: "installed"; readonly match: InstalledMatcher } & Quantified)
  | ({ readonly kind: "leak"; readonly match: LeakMatcher } & Quantified)
);

export type Quantified =
  | { readonly quantifier: "any" | "none" | "every" }
  | { readonly quantifier: "count"; readonly count: { readonly min: number; readonly max: number } };

/** White space is normalised on both sides before `contains`, `lacks` and `matches` are tried. */
export interface TextMatcher {
  /** At least one of these. */
  readonly contains?: readonly string[];
  /** None of these. */
  readonly lacks?: readonly string[];
  /** A regular expression in the syntax of RE2. */
  readonly matches?: string;
}

export const AUTHORIZATIONS = ["none", "user-only", "good", "stale", "unknown", "bearer"] as const;
/**
 * What a request carried: nothing; a user with an empty password; a user's present secret; a secret that was
 * well-formed but is refused (stale, expired, revoked); any other password; a bearer token.
 */
export type Authorization = (typeof AUTHORIZATIONS)[number];

/**
 * A list is a list of alternatives. Under `every`, the keys `index`, `method`, `url`, `host` and `range` select
 * which requests are meant and the others must hold for each; an empty selection is false.
 */
export interface RequestMatcher {
  readonly index?: readonly string[];
  readonly method?: readonly string[];
  /** Substring of the URL; or a whole pattern where it holds `*`. */
  readonly url?: readonly string[];
  readonly host?: readonly string[];
  readonly range?: boolean;
  readonly status?: readonly number[];
  readonly user?: readonly string[];
  readonly authorization?: readonly Authorization[];
  readonly httpVersion?: readonly string[];
  /** By name; all of them. */
  readonly header?: Readonly<Record<string, readonly string[]>>;
}

/** Under `every`, `service` and `operation` select. `raised: ["nothing"]` matches a call that raised nothing. */
export interface KeyringMatcher {
  readonly from?: readonly ("venv" | "tool" | "other")[];
  readonly operation?: readonly string[];
  readonly service?: readonly string[];
  readonly user?: readonly string[];
  readonly args?: readonly string[];
  readonly raised?: readonly string[];
  /** `false`: the call was killed or still hanging when the step ended. */
  readonly finished?: boolean;
  /** Exit status of the keyring command. */
  readonly exit?: readonly number[];
}

/** Under `every`, `path` selects. Paths are relative to the project; `~/…` is home. */
export interface FileMatcher {
  readonly path: readonly string[];
  readonly exists?: boolean;
  readonly contains?: readonly string[];
  readonly lacks?: readonly string[];
}

/** A package in the project's `uv.lock`. Under `every`, `package` selects. */
export interface LockMatcher {
  readonly package?: readonly string[];
  readonly version?: readonly string[];
  /** Part of `registry+https://…`, `git+…`, `virtual+.`. */
  readonly source?: readonly string[];
  /** Part of the URL of one of its files. */
  readonly url?: readonly string[];
  readonly requires?: readonly string[];
}

/** A package in the scenario's venv. Under `every`, `package` selects. */
export interface InstalledMatcher {
  readonly package?: readonly string[];
  readonly version?: readonly string[];
}

export interface LeakMatcher {
  /** `stdout`, `stderr`, or a file's path. */
  readonly where?: readonly string[];
  /** Name of the secret, as `private.USER`. */
  readonly secret?: readonly string[];
}
