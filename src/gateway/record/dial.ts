import { request } from "../http.ts";
import type { ClientRequest, IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { ConnectionOrigin } from "../refusals.ts";

/** How a host is reached: by a proxy's URL, with its login, or directly (`null`). */
export type Via = string | null;

/** PEM of the authorities that are trusted. */
export type Authorities = string | readonly string[];

/** A proxy that opened no tunnel, and what it answered. */
export class TunnelRefused extends Error {
  readonly status: number;
  readonly challenge: string | null;

  constructor({ statusCode = 502, headers }: IncomingMessage) {
    super(`the proxy answered ${statusCode}`);
    this.status = statusCode;
    this.challenge = headers["proxy-authenticate"] ?? null;
  }
}

/** Connects to a host; by a proxy through a tunnel that tells it who asks. Rejects with what went wrong. */
export async function dial({ host, port }: ConnectionOrigin, via: Via, agent: string, trusted: Authorities): Promise<Socket> {
  const bare = bareHost(host);
  if (via === null) {
    const { connect } = await import("node:net");
    return new Promise((resolve, reject) => {
      const socket = connect({ host: bare, port, noDelay: true, allowHalfOpen: true }, () => resolve(socket));
      socket.once("error", reject);
    });
  }
  const path = `${host}:${port}`;
  const asking = askProxy(via, { method: "CONNECT", path, headers: ["Host", path, "User-Agent", agent] }, trusted);
  return new Promise((resolve, reject) => {
    asking.once("error", reject);
    asking.once("connect", (response: IncomingMessage, socket: Socket, head: Buffer) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        return reject(new TunnelRefused(response));
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    asking.end();
  });
}

export interface ProxyRequest {
  readonly method: string | undefined;
  readonly path: string;
  /** Names and values, one after the other. */
  readonly headers: readonly string[];
}

/** A request to a proxy, with the login that its URL has. The caller ends it. */
export function askProxy(proxy: string, options: ProxyRequest, trusted: Authorities): ClientRequest {
  const { protocol, hostname, port, username, password } = new URL(proxy);
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
  const headers = [...options.headers, ...(username === "" && password === "" ? [] : ["Proxy-Authorization", `Basic ${login}`])];
  const asked = { ...options, headers, host: bareHost(hostname), agent: false };
  if (protocol !== "https:") return request({ ...asked, port: port === "" ? 80 : port });
  const secure = process.getBuiltinModule("node:https");
  return secure.request({ ...asked, port: port === "" ? 443 : port, ca: [trusted].flat(), allowPartialTrustChain: true });
}

/** Speaks TLS over a connection, and resolves once the host's certificate is verified. */
export async function secured(
  socket: Socket,
  host: string,
  protocols: readonly ("h2" | "http/1.1")[],
  trusted: Authorities,
): Promise<TLSSocket> {
  const { connect } = await import("node:tls");
  const bare = bareHost(host);
  // HTTP/2 would wait on for the rest of an answer when the registry's side has ended.
  socket.allowHalfOpen = false;
  return new Promise((resolve, reject) => {
    const secure = connect(
      {
        socket,
        ...(isIP(bare) === 0 ? { servername: bare } : { host: bare }),
        ALPNProtocols: [...protocols],
        ca: [trusted].flat(),
        // As uv has it: what is in the file is trusted, whoever signed it.
        allowPartialTrustChain: true,
      },
      () => resolve(secure),
    );
    secure.once("error", reject);
  });
}

function bareHost(host: string): string {
  return host.replace(/^\[|\]$/gu, "");
}
