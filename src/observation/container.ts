/** A container of one run; `backend/` starts it, and is handed to whoever needs it. */
export interface ContainerSpec {
  readonly hostname: string;
  /** Its first process; when that ends, the container goes. */
  readonly command: readonly string[];
  /** All that is in its own file system, by place. */
  readonly links: Readonly<Record<string, string>>;
  /** What it sees of this machine; not what is mounted below such a place. */
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly isReadOnly: boolean }[];
  /** Folders in memory, with their mount options. */
  readonly inMemory: Readonly<Record<string, string>>;
  /** Processes at once, and bytes, of all together; and what each process may have, as `prlimit` names it. */
  readonly limits: {
    readonly processes: number;
    readonly memoryBytes: number;
    readonly each: readonly { readonly option: string; readonly value: number }[];
  };
}

/**
 * Starts a container without a network, whose first process is root with the few rights that it takes to open one and to give
 * them up. Disposing removes it with all that runs in it. Rejects, with what the daemon said, where it cannot be started.
 */
export type StartContainer = (spec: ContainerSpec) => Promise<AsyncDisposable>;
