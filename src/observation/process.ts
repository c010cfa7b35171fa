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
  /** Called when the child has ended and what it started may still run, before that is killed. */
  readonly ended?: () => Promise<void>;
  /** Open descriptors that the child gets besides, as its 3, 4, … */
  readonly descriptors?: readonly number[];
  /** What it starts ends with it, by the kernel, however either of us ends: nothing need be looked for. */
  readonly isContained?: boolean;
  /** What starts the command in place of us, in whose hands it then is; all that it needs to know is known to it. */
  readonly starter?: Starter;
  /** Asked once the direct child has ended and before its output is read: how what it stands for ended. */
  settle?(end: ProcessEnd): Promise<ProcessEnd & { readonly spawnError?: string }>;
}

/** Starts a command with these files as its standard descriptors; the outputs are there, and are added to. */
export type Starter = (files: { readonly stdin: string; readonly stdout: string; readonly stderr: string }) => StartedElsewhere;

export interface StartedElsewhere {
  /** Resolves when nothing of it is left; never rejects. */
  readonly ended: Promise<ProcessEnd & { readonly spawnError?: string }>;
  /** Ends all of it. */
  kill(): void;
}

/** A process that fails is data: only a fault of ours throws. */
export interface ProcessResult {
  readonly exit: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly durationMs: number;
  readonly stdout: string;
  readonly stderr: string;
  /** One of the two was longer than what is kept. */
  readonly outputCut: boolean;
  /** Set when the executable could not be started at all (absent, not executable). */
  readonly spawnError: string | null;
}

/** Runs to the end; then nothing that it started is left. */
export type RunProcess = (request: ProcessRequest) => Promise<ProcessResult>;

/** The Python that a run uses, by its real path: a version manager's shim fails under another HOME. */
export interface PythonInfo {
  readonly file: string;
  /** For example `3.11.7`. */
  readonly version: string;
}

/** A process that stays up while others work (a server), until it is disposed of with all that it started. */
export interface StartRequest {
  /** Absolute path of the executable. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder for its output (stdout and stderr in one file), which is removed with it. */
  readonly outputDir: string;
}

export interface ProcessEnd {
  readonly exit: number | null;
  readonly signal: string | null;
}

export interface StartedProcess extends AsyncDisposable {
  readonly pid: number;
  /** Never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** What it has written so far. */
  output(): Promise<string>;
  /**
   * The first match in its output. Rejects, with the end of the output in the message, when the process ends or
   * `timeoutMs` pass before there is one.
   */
  waitForOutput(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray>;
}

/** A process that passes open sockets to us; it is to end when the channel does. */
export interface ChannelProcess extends AsyncDisposable {
  readonly pid: number;
  /** Sends it a line, as a JSON text; lost where it has ended. */
  send(line: string): void;
}

export interface ChannelRequest extends StartRequest {
  /** Told of each message, with Node's own handle of the socket that came with it. */
  onMessage(message: unknown, handle: object | undefined): void;
  /** Told when it has ended, with what it wrote. */
  onEnd(output: string): void;
}

/** Starts a process at the other end of Node's IPC channel. Rejects if it cannot be started. */
export type StartChannel = (request: ChannelRequest) => Promise<ChannelProcess>;

/** Rejects if the process cannot be started. */
export type StartProcess = (request: StartRequest) => Promise<StartedProcess>;

/** Says who owns a folder or file, beyond the reuse of process ids. */
export interface ProcessIdentity {
  /** Names this process: host, boot and pid namespace, pid, start time, in characters fit for a file name. */
  readonly token: string;
  /** Whether the process so named is still there; `null` where it cannot be known (another host, boot or pid namespace). */
  isAlive(token: string): Promise<boolean | null>;
  /** The same for the same statement in every harness of this user with this cache; nobody else can make it. */
  seal(statement: string): string;
}
