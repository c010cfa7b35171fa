import type { ChannelProcess, StartChannel } from "../observation/process.ts";
import type { RoomSockets } from "./model.ts";

/** A network of one run's own: every address in it is answered by whoever has its sockets. */
export interface HeldNetwork extends RoomSockets, AsyncDisposable {
  /** The process that passed them; of bubblewrap's, the one whose namespaces the steps enter. With it ends whatever runs in them. */
  readonly pid: number;
}

export interface SocketsOptions {
  readonly start: StartChannel;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** An existing folder for its output. */
  readonly outputDir: string;
  /** What is to be done once it says that it is ready, before it has any socket; what fails there ends it. */
  ready?(): Promise<void>;
}

export const DNS_ADDRESS = "192.0.2.53";
const DNS_PORT = 53;
/** Of a message that comes without a socket. */
const READY = 0;
const TIMEOUT_MS = 20_000;

/** Starts a process that passes us the sockets of a network, the one for names last. Rejects, with what it said, where it cannot. */
export async function holdSockets(options: SocketsOptions): Promise<HeldNetwork> {
  const handles = new Map<number, object>();
  const opened = Promise.withResolvers<void>();
  // Where it cannot even be started, nobody waits for this.
  opened.promise.catch(() => undefined);
  let ready = Promise.resolve();
  const held = await options.start({
    file: options.file,
    args: options.args,
    cwd: options.cwd,
    env: {},
    outputDir: options.outputDir,
    onMessage(message, handle) {
      const { port } = message as { port: number };
      if (handle !== undefined) handles.set(port, handle);
      if (port === READY) (ready = options.ready?.() ?? ready).catch((error: unknown) => opened.reject(error));
      if (port === DNS_PORT) opened.resolve();
    },
    onEnd: (output) => opened.reject(new Error(`the network of the run ended: ${output.trim().split("\n").at(-1) || "it said nothing"}`)),
  });
  const late = setTimeout(() => opened.reject(new Error(`the network of the run was not there within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  try {
    await opened.promise;
    await ready;
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
