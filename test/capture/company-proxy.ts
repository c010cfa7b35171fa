import { request, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { createOpenSockets } from "../../src/gateway/open-sockets.ts";
import { localServer } from "../local-server.ts";
import type { Account, Server } from "./servers.ts";

/** A company's proxy that asks for a login, and passes on what it is asked. */
export async function startCompanyProxy({ user, password }: Account): Promise<Server> {
  const login = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const isKnown = ({ headers }: IncomingMessage): boolean => headers["proxy-authorization"] === login;
  const { server, ...running } = await localServer((incoming, answer) => {
    if (!isKnown(incoming)) return void answer.writeHead(407, { "proxy-authenticate": 'Basic realm="company"' }).end();
    const { "proxy-authorization": _, ...headers } = incoming.headers;
    const onward = request(incoming.url ?? "", { method: incoming.method, headers }, (from) => {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
    });
    onward.on("error", () => answer.writeHead(502).end());
    incoming.pipe(onward);
  });
  const open = createOpenSockets();
  server.on("connect", (incoming, socket: Socket, head) => {
    open.add(socket);
    if (!isKnown(incoming)) {
      return void socket.end('HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="company"\r\nContent-Length: 0\r\n\r\n');
    }
    const authority = incoming.url ?? "";
    const { hostname, port } = new URL(`https://${authority}`);
    const other = connect({ host: hostname, port: port === "" ? 443 : Number(port) });
    open.add(other);
    other.on("connect", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      other.write(head);
      other.pipe(socket).pipe(other);
    });
    other.on("close", () => socket.destroy());
    socket.on("close", () => other.destroy());
  });
  return {
    ...running,
    async [Symbol.asyncDispose]() {
      open.destroy();
      await running[Symbol.asyncDispose]();
    },
  };
}
