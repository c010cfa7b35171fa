/** What a child process is asked and what came back; `process/` does it, and is handed to whoever needs it. */
export interface ProcessRequest {
  /** Absolute path of the executable. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Text for stdin; `null`: closed. */
  readonly stdin: string | null;
  readonly timeoutMs: number;
  /** Folder for the raw output files; they are removed afterwards. */
  readonly outputDir: string;
  readonly signal?: AbortSignal;
}

/** A process that fails is data: only a fault of ours throws. */
export interface ProcessResult {
  readonly exit: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly durationMs: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Set when the executable could not be started at all (absent, not executable). */
  readonly spawnError: string | null;
}

export type RunProcess = (request: ProcessRequest) => Promise<ProcessResult>;

/** The Python that a run uses, by its real path: a version manager's shim fails under another HOME. */
export interface PythonInfo {
  readonly file: string;
  /** For example `3.11.7`. */
  readonly version: string;
}
