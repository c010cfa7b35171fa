import { createSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import type { Budget } from "./resource-budget.ts";
import type { DnsNames } from "./dns-names.ts";
import { createOpenSockets, type OpenSockets } from "./open-sockets.ts";

/** Sockets of a network in which every address is ours, as Node's own handles. */
export interface NetworkSockets {
  readonly listeners: readonly { readonly port: number; readonly handle: object }[];
  /** For DNS questions. */
  readonly names: object;
}

export interface NetworkOptions {
  readonly sockets: NetworkSockets;
  readonly names: DnsNames;
  /** Of what a step opens beyond it, the connections are closed, and this process keeps its descriptors. */
  readonly budget: Budget;
  /** Whether an index is declared for a host. */
  declares(host: string): boolean;
  /** Told of every connection: who is meant by its address and port. */
  enter(host: string, port: number, socket: Socket): void;
}

/** Answers in a network: names by DNS, connections by who is meant. */
export async function answerNetwork(options: NetworkOptions): Promise<AsyncDisposable & Pick<OpenSockets, "settled">> {
  const { sockets, names, budget, enter } = options;
  const open = createOpenSockets();
  const accept = (socket: Socket): void => {
    const host = hostOf(socket, options);
    if (host === null || !budget.spend("connections", 1)) return void socket.destroy();
    open.add(socket);
    socket.on("close", () => budget.giveBack("connections", 1));
    enter(host, socket.localPort ?? 0, socket);
  };
  const servers = await Promise.all(sockets.listeners.map(({ handle }) => listen(handle, accept)));
  const questions = createSocket("udp4");
  questions.on("message", (message, { address, port }) => {
    const answer = names.answer(message);
    // Who asked may be gone.
    if (answer !== null) questions.send(answer, port, address, () => undefined);
  });
  questions.on("error", () => undefined);
  // Node takes a handle here as `listen` does; its types do not say so.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  questions.bind(sockets.names as unknown as number);
  return {
    settled: () => open.settled(),
    async [Symbol.asyncDispose]() {
      questions.close();
      const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      open.destroy();
      await Promise.all(closed);
    },
  };
}

/** The loopback addresses are the steps' own, unless an index is declared there. */
function hostOf({ localAddress = "" }: Socket, { names, declares }: NetworkOptions): string | null {
  if (!localAddress.startsWith("127.")) return names.hostAt(localAddress);
  return [localAddress, "localhost"].find(declares) ?? null;
}

function listen(handle: object, accept: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
    server.once("error", reject);
    server.listen(handle, () => resolve(server));
  });
}
