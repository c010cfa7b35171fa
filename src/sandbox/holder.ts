import type { ChannelProcess, StartChannel } from "../observation/process.ts";
import { pidMax } from "./limits.ts";

export interface HolderOptions {
  readonly start: StartChannel;
  /** Absolute path. */
  readonly unshare: string;
  /** Absolute path of a Python. */
  readonly python: string;
  /** Absolute path of `programs/sandbox/holder.py`. */
  readonly program: string;
  /** Where something listens, whatever the address. */
  readonly ports: readonly number[];
  /** An existing folder for its output. */
  readonly outputDir: string;
}

/** unshare's options; `--kill-child` by the signal that nothing in there can refuse. */
export const NAMESPACES = ["--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"] as const;

/** nsenter's options for what a process holds. */
export function enterArguments(pid: number): string[] {
  return ["-t", String(pid), "-U", "-n", "-m", `--pid=/proc/${pid}/ns/pid_for_children`, "--preserve-credentials", "--"];
}

/** A network of one run's own: every address in it is answered by whoever has its sockets. */
export interface HeldNetwork extends AsyncDisposable {
  /** The process whose namespaces the steps enter; with it ends whatever runs in them. */
  readonly pid: number;
  /** Node's handles; a server takes them in `listen`. */
  readonly listeners: readonly { readonly port: number; readonly handle: object }[];
  /** Node's handle of the socket for DNS questions; a datagram socket takes it in `bind`. */
  readonly names: object;
}

export const DNS_ADDRESS = "192.0.2.53";
const DNS_PORT = 53;
const TIMEOUT_MS = 20_000;

/** Opens a network. Rejects, with what was said, where this machine does not let us. */
export async function holdNetwork(options: HolderOptions): Promise<HeldNetwork> {
  const ports = [...new Set(options.ports)].sort((a, b) => a - b);
  const handles = new Map<number, object>();
  const opened = Promise.withResolvers<void>();
  // Where it cannot even be started, nobody waits for this.
  opened.promise.catch(() => undefined);
  const held = await options.start({
    file: options.unshare,
    args: [...NAMESPACES, "--", options.python, "-ISE", options.program, String(pidMax() ?? 0), ...ports.map(String)],
    cwd: "/",
    env: {},
    outputDir: options.outputDir,
    onMessage(message, handle) {
      const { port } = message as { port: number };
      if (handle !== undefined) handles.set(port, handle);
      if (port === DNS_PORT) opened.resolve();
    },
    onEnd: (output) => opened.reject(new Error(`the network of the run ended: ${output.trim().split("\n").at(-1) || "it said nothing"}`)),
  });
  const late = setTimeout(() => opened.reject(new Error(`the network of the run was not there within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  try {
    await opened.promise;
    return network(held, handles);
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

function network(held: ChannelProcess, handles: ReadonlyMap<number, object>): HeldNetwork {
  const names = handles.get(DNS_PORT);
  if (names === undefined) throw new Error("the network of the run came without a socket for names");
  return {
    pid: held.pid,
    listeners: [...handles].flatMap(([port, handle]) => (port === DNS_PORT ? [] : [{ port, handle }])),
    names,
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}
