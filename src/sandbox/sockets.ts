import type { StartChannel } from "../observation/process.ts";
import type { RoomSockets } from "./model.ts";

/** A network of one run's own: every address in it is answered by whoever has its sockets. */
export interface HeldNetwork extends RoomSockets, AsyncDisposable {
  /** The process that passed them; of bubblewrap's, the one whose namespaces the steps enter. With it ends whatever runs in them. */
  readonly pid: number;
  /** Sends it a line. */
  send(line: string): void;
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
  /** Told of each message that is about no socket. */
  onAnswer?(message: object): void;
  /** Told when it has ended. */
  onEnd?(): void;
}

export const DNS_ADDRESS = "192.0.2.53";
/** Of the one message that comes before any socket. */
const READY = 0;
const TIMEOUT_MS = 20_000;

/** Starts a process that passes us the sockets of a network, the one for names last. Rejects, with what it said, where it cannot. */
export async function holdSockets(options: SocketsOptions): Promise<HeldNetwork> {
  const listeners: { readonly port: number; readonly handle: object }[] = [];
  const opened = Promise.withResolvers<object>();
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
      const { kind, port } = message as { kind?: string; port?: number };
      if (handle === undefined) {
        if (port === READY) (ready = options.ready?.() ?? ready).catch((error: unknown) => opened.reject(error));
        else options.onAnswer?.(message as object);
        return;
      }
      // By its kind: port 53 may be a listener's, too.
      if (kind === "dgram.Native") opened.resolve(handle);
      else listeners.push({ port: port ?? 0, handle });
    },
    onEnd(output) {
      opened.reject(new Error(`the network of the run ended: ${output.trim().split("\n").at(-1) || "it said nothing"}`));
      options.onEnd?.();
    },
  });
  const late = setTimeout(() => opened.reject(new Error(`the network of the run was not there within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  try {
    const names = await opened.promise;
    await ready;
    return {
      pid: held.pid,
      listeners,
      names,
      send: (line) => held.send(line),
      [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
    };
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  } finally {
    clearTimeout(late);
  }
}
