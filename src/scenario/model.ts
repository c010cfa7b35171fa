/**
 * The scenario after parsing: every default filled in, every reference checked.
 * The file's own spelling (kebab-case keys, shorthands) lives in `schema/`; nothing else knows it.
 */

import type { Condition, ExitExpectation } from "./condition-model.ts";
import type { ToolName } from "./tools.ts";

export * from "./condition-model.ts";

export interface Scenario {
  readonly title: string;
  readonly description: string | null;
  /** For example `astral-sh/uv#16402`. */
  readonly issue: string | null;
  /** PEP 440 specifier set; releases outside are `unsupported`. `null`: every release. */
  readonly supported: string | null;
  /** What no run has, and this scenario is about; absent: nothing. Every release is `unsupported` then. */
  readonly needs?: readonly (keyof typeof OUT_OF_REACH)[];
  /** ISO date; real packages are resolved as PyPI stood then. `null` only where no real package is named. */
  readonly asOf: string | null;
  /** Declared indexes in file order, without `default`. */
  readonly indexes: readonly Index[];
  /** Answers wherever a host is asked that no index declares. Named `default`, without users; may be empty. */
  readonly defaultIndex: Index;
  readonly keyring: Keyring | null;
  /** Programs on PATH beside uv, the real ones from PyPI; absent: none. */
  readonly tools?: readonly Tool[];
  /** Project files: POSIX path relative to the project folder → text (placeholders unfilled). */
  readonly files: Readonly<Record<string, string>>;
  /** Home files, likewise. A file that starts with `#!` is made executable (also in `files`). */
  readonly home: Readonly<Record<string, string>>;
  /** Environment of every step. */
  readonly env: Readonly<Record<string, string>>;
  readonly venv: Venv;
  readonly steps: readonly Step[];
  readonly claims: readonly Claim[];
}

/** What a scenario may need and no run has, in words. */
export const OUT_OF_REACH = {
  windows: "Windows",
  macos: "macOS",
  keychain: "the operating system's own keychain",
} as const;

export const FLAVOURS = [
  "simple",
  "gitlab",
  "azure-devops",
  "artifactory",
  "pypiserver",
  "devpi",
  "gitea",
  "google-artifact-registry",
  "codeartifact",
  "nexus",
  "cloudsmith",
  "pypicloud",
] as const;
export type Flavour = (typeof FLAVOURS)[number];

export const BACKENDS = ["embedded", "pypiserver", "pypiserver-container"] as const;
export type Backend = (typeof BACKENDS)[number];

/** What an index shows: one of the run's CA, out of date, of another CA, of its own, for another host, signed with SHA-1. */
export const CERTIFICATES = ["good", "expired", "untrusted", "self-signed", "wrong-name", "sha1"] as const;
export type Certificate = (typeof CERTIFICATES)[number];

export interface Index {
  readonly name: string;
  /** `[git.NAME]`: no index but a git server, each package a repository. */
  readonly git?: true;
  /** `[proxy]`: no index but a proxy on the way to all of them; `breaksTls`: it shows certificates of its own CA. */
  readonly proxy?: { readonly breaksTls: boolean };
  readonly flavour: Flavour;
  readonly backend: Backend;
  /** Without credentials; absolute, http or https; ends with `/`. */
  readonly url: string;
  /** It was written without the final `/`, so placeholders give it without. */
  readonly withoutSlash?: true;
  /** Empty: anyone may read. */
  readonly users: readonly User[];
  /** Anonymous reads allowed although users exist (a public project). */
  readonly public: boolean;
  readonly packages: readonly Package[];
  /** HTTP versions offered by ALPN. */
  readonly http: "auto" | "1.1";
  /** PEP 658 `.metadata` files beside wheels. */
  readonly metadata: boolean;
  /** PEP 691 JSON pages offered by content negotiation. */
  readonly json: boolean;
  /** Redirects answered in place of pages, files or both. */
  readonly redirects: readonly Redirect[];
  readonly faults: readonly Fault[];
  readonly certificate: Certificate;
  /** It asks clients for a certificate of their own, and hangs up on those without. */
  readonly clientCertificate?: true;
  /** `Cache-Control` of its pages; `null`: they come without, as from most registries. */
  readonly cacheControl: string | null;
  /** Headers of pages and files beside its own, by lower-case name. */
  readonly headers?: { readonly pages: Readonly<Record<string, string>>; readonly files: Readonly<Record<string, string>> };
  /** A package that is not there has a page without files, status 200. */
  readonly emptyPages?: true;
  /** Behind a TLS terminator that does not know it: absolute links and redirects say `http://`. */
  readonly linksAs: "https" | "http" | null;
  /** Flavour details, for example gitlab's numeric id: keys as in the file, checked against `flavour.ts`; absent ones have the flavour's default. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

export const USER_STATES = ["good", "expired", "revoked", "guest", "no-access"] as const;
export type UserState = (typeof USER_STATES)[number];

export interface User {
  readonly name: string;
  readonly state: UserState;
  /** The user name that is sent beside this one's secret; its own name unless said. So one name may have several secrets. */
  readonly login?: string;
  /** Its secret stands in the user's place, with an empty password or none; `either`: there, or as a password. */
  readonly secretPlace?: "user" | "either";
  /** What the secret looks like; `*` stands for what is random in it. */
  readonly secretForm?: string;
  /** Not the secret of the same name at another index of the same host. */
  readonly ownSecret?: true;
}

/** A package that the harness builds (`generated`), or one fetched from PyPI with all it needs (`real`). */
export type Package = GeneratedPackage | RealPackage;

export interface GeneratedPackage {
  readonly kind: "generated";
  readonly name: string;
  readonly version: string;
  readonly requires: readonly string[];
  readonly extras: Readonly<Record<string, readonly string[]>>;
  readonly requiresPython: string | null;
  readonly formats: readonly ("wheel" | "sdist")[];
  /** Console scripts: name → `module:function`. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Extra files inside the package: path → text. */
  readonly files: Readonly<Record<string, string>>;
  /** `false`, or the reason (may be empty text). */
  readonly yanked: false | string;
  /** Users who see it; `null`: everyone who may read the index. */
  readonly visibleTo: readonly string[] | null;
  /** A keyring backend is inside that knows these indexes' users. */
  readonly keyringPlugin: readonly string[] | null;
  /** What is odd about its files and their entries on a page; absent: nothing. */
  readonly listing?: Listing;
}

export const HASHES = ["sha256", "sha384", "sha512", "md5"] as const;

/** Absent keys: as for any package. */
export interface Listing {
  /** Tags of its wheels, one wheel for each: `cp312-cp312-win_amd64`. */
  readonly tags?: readonly string[];
  /** Names of its files in place of those made of name, version and tag; `.whl` is a wheel, any other an sdist. */
  readonly filenames?: readonly string[];
  /** Hashes that pages tell, in this order; HTML tells the first. */
  readonly hashes?: readonly (typeof HASHES)[number][];
  /** Those hashes are another file's. */
  readonly wrongHash?: true;
  /** PEP 700, on JSON pages. */
  readonly uploadTime?: string;
  /** Index where its files lie: pages link there. */
  readonly filesAt?: string;
}

export interface RealPackage {
  readonly kind: "real";
  /** A PEP 508 requirement pinned by `==`. */
  readonly requirement: string;
}

/** What is answered instead of the index's own answer. */
export interface Redirect {
  /** Name of another index, or an absolute URL prefix that replaces this index's. */
  readonly to: string;
  readonly status: 301 | 302 | 303 | 307 | 308;
  readonly for: "pages" | "files" | "both";
  /** Credentials written into `Location`. */
  readonly credentials: "none" | "kept" | { readonly user: string };
}

/** Why a host cannot be reached at all. */
export const UNREACHABLE = ["no-such-host", "connection-refused", "connect-timeout"] as const;
export type Unreachable = (typeof UNREACHABLE)[number];

/** A fault of an index. The n-th request counts from 1 over requests that match `for`. */
export type Fault = {
  readonly for: "pages" | "files" | "any";
  /** Which requests: the n-th only, from the n-th on, or a seeded rate. */
  readonly when: { readonly nth: number } | { readonly from: number } | { readonly rate: number; readonly seed: number } | "always";
  /** Only requests whose path holds this text or, with `*`, fits it as a whole. */
  readonly path?: string;
} & (
  | { readonly kind: "status"; readonly status: number; readonly retryAfterSeconds: number | null }
  | { readonly kind: "delay"; readonly delayMs: number }
  | { readonly kind: "drop" | "truncate" | "revoke" }
  /** Of the index's whole host: no request gets there. */
  | { readonly kind: Unreachable }
);

export const KEYRING_MATCHES = ["exact", "below", "host"] as const;

export interface Keyring {
  /** Install the real `keyring` as a tool on PATH; the plugin knows these indexes' users. `null`: no tool. */
  readonly tool: readonly string[] | null;
  /** What the plugin answers, in order; derived from the indexes unless said. */
  readonly answers: readonly KeyringAnswer[] | null;
}

export interface Tool {
  readonly name: ToolName;
  /** PEP 508, without markers; not pinned: the newest as of the scenario's date. */
  readonly requirement: string;
}

export interface KeyringAnswer {
  readonly service: string;
  /** What is asked for: this very service; a URL at or below it; any URL on its host. */
  readonly match: (typeof KEYRING_MATCHES)[number];
  /** `null`: any user. */
  readonly user: string | null;
  /** The user name that goes with the password where no name is asked for. */
  readonly gives: string;
  /** Nothing is given where no name is asked for. */
  readonly needsUser: boolean;
  /** Text with placeholders. */
  readonly password: string;
}

export interface Venv {
  readonly state: "absent" | "created" | "synced";
  /** Requirements installed into it before the first step (from all indexes of the scenario, without uv under test). */
  readonly packages: readonly string[];
  /** Built for it alone: no index has them. Their requirements stand in `packages`. */
  readonly made?: readonly GeneratedPackage[];
  /** Relative to the project. */
  readonly path: string;
}

/** Of `Step.uv`: the release before the one under test. */
export const PREVIOUS = "previous";

export interface Step {
  readonly argv: readonly string[];
  /** Which uv is on PATH: an exact release, or `previous`, the release before the one under test; absent: the one under test. */
  readonly uv?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Relative to the project; `""` is the project itself. */
  readonly cwd: string;
  readonly stdin: string | null;
  readonly venv: "active" | "inactive";
  /** Files written before the step: of the project, or of home (`~/…`). */
  readonly write: Readonly<Record<string, string>>;
  /** Files of packages, put into `dist` below its folder before the step, where `uv publish` looks. */
  readonly dist?: readonly GeneratedPackage[];
  /** Project paths removed before the step. `~/…` is home, `{{cache}}` uv's cache. */
  readonly delete: readonly string[];
  /** How TLS is trusted: SSL_CERT_FILE names our CA (`file`), or nothing does (`none`). */
  readonly tls: "file" | "none";
  readonly set: readonly Change[];
  readonly timeoutSeconds: number;
  /** For a step without conditions: what its exit must be, else the run is unresolved. */
  readonly exit: ExitExpectation;
  readonly reproduced: readonly Condition[];
  readonly healthy: readonly Condition[];
}

/** What changes on an index from this step on. */
export type Change =
  | { readonly kind: "user-state"; readonly index: string; readonly user: string; readonly state: UserState }
  | { readonly kind: "publish"; readonly index: string; readonly package: GeneratedPackage }
  | { readonly kind: "yank"; readonly index: string; readonly package: string; readonly version: string }
  | { readonly kind: "faults"; readonly index: string; readonly faults: readonly Fault[] };

export interface Claim {
  /** PEP 440 specifier set. */
  readonly releases: string;
  readonly verdict: "reproduced" | "healthy" | "unresolved" | "unsupported";
}
