import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Load {
  /** Plain http. */
  readonly url: string;
  readonly authorization: string;
  readonly connections: number;
  readonly durationMs: number;
}

/**
 * Asks for one URL over and over on kept connections, each asking again as soon as it has its answer whole. Speaks
 * HTTP/1.1 by hand, as far as a status line, Content-Length and `Connection: close` go: Node's client would take longer
 * to ask than the server to answer.
 *
 * @returns answers a second.
 * @throws Error at the first answer that is not 200 with a Content-Length.
 */
export async function requestsPerSecond(load: Load): Promise<number> {
  const started = performance.now();
  const end = started + load.durationMs;
  const counts = await Promise.all(Array.from({ length: load.connections }, () => askUntil(end, load)));
  return (counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - started);
}

async function askUntil(end: number, load: Load): Promise<number> {
  const { hostname, port, host, pathname } = new URL(load.url);
  const request = Buffer.from(
    `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${load.authorization}\r\nAccept: text/html\r\n\r\n`,
  );
  let socket: Socket | null = null;
  let answers = 0;
  while (performance.now() < end) {
    if (socket === null) {
      socket = connect({ host: hostname, port: Number(port || 80), noDelay: true });
      await once(socket, "connect");
    }
    const kept = await ask(socket, request, load.url);
    answers++;
    if (!kept) {
      socket.destroy();
      socket = null;
    }
  }
  socket?.destroy();
  return answers;
}

/** Reads one answer to its end; whether the connection stays. */
function ask(socket: Socket, request: Buffer, url: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let head = "";
    let missing = -1;
    const settle = (result: boolean | Error): void => {
      socket.off("data", onData).off("error", settle).off("close", onClose);
      if (typeof result === "boolean") resolve(result);
      else reject(result);
    };
    const onClose = (): void => settle(new Error(`${url}: the connection closed before the answer's end`));
    const onData = (chunk: Buffer): void => {
      if (missing !== -1) missing -= chunk.length;
      else {
        const before = head.length;
        head += chunk.toString("latin1");
        const split = head.indexOf("\r\n\r\n");
        if (split === -1) return;
        const body = chunk.length - (split + 4 - before);
        head = head.slice(0, split);
        const length = /\r\ncontent-length: *(?<bytes>\d+)/i.exec(head)?.groups?.["bytes"];
        if (!head.startsWith("HTTP/1.1 200 ") || length === undefined) return settle(new Error(`${url}: ${head}`));
        missing = Number(length) - body;
      }
      if (missing === 0) settle(!/\r\nconnection: *close/i.test(head));
      else if (missing < 0) settle(new Error(`${url}: more bytes than announced`));
    };
    socket.on("data", onData).on("error", settle).on("close", onClose);
    socket.write(request);
  });
}
