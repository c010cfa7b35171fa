import type { ProcessIdentity, PythonInfo, RunProcess } from "../observation/process.ts";

/** What finding and installing need from outside; nothing here is looked up elsewhere. */
export interface UvContext {
  /** The harness's own cache; created when first written to. */
  readonly cacheDir: string;
  /** An existing folder for output files that live as long as one call. */
  readonly workDir: string;
  /** The user's environment: a company's mirror, proxy and CA must work. */
  readonly env: Readonly<Record<string, string>>;
  readonly run: RunProcess;
  readonly identity: ProcessIdentity;
  /** Asked only when something must be installed. */
  python(): Promise<PythonInfo>;
  /** Bytes that releases may take in the cache, asked whenever one more is there; without it they stay. */
  room?(): Promise<number>;
  readonly signal?: AbortSignal;
}
