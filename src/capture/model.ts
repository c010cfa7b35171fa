/** What a look at a project finds. Pure data; a secret is only ever a name such as `secret-1`. */

/** Where a setting or a credential stands, as people name it: `pyproject.toml`, `~/.netrc`, `UV_INDEX`. */
export type Place = string;

/** A URL with the credentials that stood in it apart. */
export interface Address {
  /** Without credentials. */
  readonly url: string;
  readonly user: string | null;
  /** Name of the secret. */
  readonly secret: string | null;
}

export interface IndexSetting extends Address {
  readonly name: string | null;
  readonly explicit: boolean;
  /** It takes the place of PyPI. */
  readonly isDefault: boolean;
  readonly authenticate: "auto" | "always" | "never";
  readonly place: Place;
}

/** A login that one of the stores holds, in the store's own order. */
export interface StoredLogin {
  readonly kind: "netrc" | "store";
  readonly place: Place;
  /** Host of netrc (`default` for its default entry), service of uv's store. */
  readonly service: string;
  readonly user: string | null;
  readonly secret: string | null;
}

export interface Variable {
  readonly name: string;
  /** `null` for what may be a secret, which has `secret` instead. */
  readonly value: string | null;
  readonly secret: string | null;
}

/** A variable that names no index, though it looks as if it were meant for one. */
export interface MisnamedVariable {
  readonly name: string;
  readonly index: string;
  /** What uv would read. */
  readonly rightName: string;
}

export interface KeyringCommand {
  readonly path: string;
  readonly from: "venv" | "tool" | "other";
  /** Distributions beside it that bring backends. */
  readonly backends: readonly string[];
}

/** What an index answered to a request of ours without credentials. */
export interface AskedAnswer {
  /** Of the index, as its setting has it. */
  readonly index: string;
  readonly status: number;
  /** `www-authenticate`, as it came. */
  readonly challenge: string | null;
  /** Without parameters. */
  readonly type: string | null;
}

export interface ProjectFile {
  /** Relative to the project's folder, in POSIX spelling. */
  readonly path: string;
  /** With marks in place of secrets. */
  readonly text: string;
}

export interface Looked {
  readonly uv: { readonly path: string; readonly version: string } | null;
  /** Of the workspace's root. */
  readonly root: string;
  /** Of the folder where the command runs, relative to the root. */
  readonly cwd: string;
  readonly manifests: readonly ProjectFile[];
  /** uv.toml files, nearest first; `path` as people name them. */
  readonly settings: readonly { readonly place: Place; readonly text: string; readonly read: boolean }[];
  readonly lock: ProjectFile | null;
  /** The requirements files that the command names, and those that they name. */
  readonly requirements: readonly ProjectFile[];
  readonly pythonVersion: string | null;
  readonly pipFiles: readonly Place[];
  readonly indexes: readonly IndexSetting[];
  readonly keyringProvider: { readonly value: string; readonly place: Place } | null;
  readonly logins: readonly StoredLogin[];
  readonly variables: readonly Variable[];
  readonly misnamed: readonly MisnamedVariable[];
  /** As PATH has them: the first one answers. */
  readonly keyrings: readonly KeyringCommand[];
  readonly venv: { readonly path: string; readonly exists: boolean; readonly active: boolean; readonly holdsKeyring: boolean };
  readonly tools: readonly { readonly name: string; readonly text: string }[];
  readonly cache: { readonly path: string; readonly exists: boolean; readonly packages: readonly string[] };
  /** What could not be read, and why. */
  readonly unread: readonly string[];
}
