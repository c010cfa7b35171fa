import type { Http2Server, Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Socket } from "node:net";
import type { Server as TlsServer, TLSSocket } from "node:tls";
import type { Leaf } from "./authority.ts";
import { parseAuthority } from "./target.ts";

export interface TunnelOptions {
  /** Key and certificate for a host and port. */
  leafFor(host: string, port: number): Promise<Leaf>;
  /** What ALPN offers there, best first. */
  protocolsFor(host: string, port: number): readonly ("h2" | "http/1.1")[];
  /** Whether the connection is dropped before anything is said. */
  refuses(host: string): boolean;
  trouble(detail: string): void;
}

/** Where the requests inside go. */
export interface TunnelEnds {
  /** HTTP/1.1, decrypted or never encrypted. */
  plain(socket: Socket): void;
  http2(request: Http2ServerRequest, response: Http2ServerResponse): void;
}

export interface Tunnels {
  /** Answers `CONNECT`: by its first byte the client shows whether it speaks TLS inside. */
  open(authority: string, socket: Socket, head: Buffer): void;
  /** Takes a connection to a host and port as if it had been opened by `CONNECT`. */
  enter(host: string, port: number, socket: Socket): void;
  /** Port that a tunnelled connection without TLS was opened to; `null` for any other. */
  portOf(socket: object): number | null;
}

const TLS_HANDSHAKE = 0x16;

export function createTunnels(options: TunnelOptions, ends: TunnelEnds): Tunnels {
  // One TLS server per host, which never listens: it gives each host its own certificate, with or without SNI.
  const servers = new Map<string, Promise<TlsServer>>();
  const ports = new WeakMap<object, number>();
  let http2: Promise<Http2Server> | null = null;

  return {
    open(authority, socket, head) {
      const origin = parseAuthority(authority, 443);
      if (origin === null || options.refuses(origin.host)) return void socket.destroy();
      socket.on("error", () => socket.destroy());
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      if (head.length > 0) socket.unshift(head);
      enter(origin.host, origin.port, socket);
    },
    enter(host, port, socket) {
      if (options.refuses(host)) return void socket.destroy();
      enter(host, port, socket);
    },
    portOf: (socket) => ports.get(socket) ?? null,
  };

  function enter(host: string, port: number, socket: Socket): void {
    firstByte(socket, (byte) => {
      if (byte !== TLS_HANDSHAKE) {
        ports.set(socket, port);
        return ends.plain(socket);
      }
      serverFor(host, port).then(
        (server) => void server.emit("connection", socket),
        (error: Error) => {
          options.trouble(`no TLS for ${host}: ${error.message}`);
          socket.destroy();
        },
      );
    });
  }

  function serverFor(host: string, port: number): Promise<TlsServer> {
    const key = `${host}:${port}`;
    let server = servers.get(key);
    if (server === undefined) {
      server = createTlsServer(host, port);
      servers.set(key, server);
    }
    return server;
  }

  async function createTlsServer(host: string, port: number): Promise<TlsServer> {
    const { createServer } = await import("node:tls");
    const server = createServer({ ...(await options.leafFor(host, port)), ALPNProtocols: [...options.protocolsFor(host, port)] });
    server.on("secureConnection", (socket: TLSSocket) => {
      if (socket.alpnProtocol !== "h2") return ends.plain(socket);
      http2 ??= createHttp2Server();
      http2.then(
        (h2) => void h2.emit("connection", socket),
        () => socket.destroy(),
      );
    });
    // A client that does not trust us says so and leaves: that is its finding, not our fault.
    server.on("tlsClientError", (_, socket) => socket.destroy());
    return server;
  }

  async function createHttp2Server(): Promise<Http2Server> {
    const { createServer } = await import("node:http2");
    const server = createServer();
    server.on("request", (request, response) => ends.http2(request, response));
    server.on("session", (session) => void session.on("error", () => session.destroy()));
    return server;
  }
}

/** Looks at the first byte without taking it. */
function firstByte(socket: Socket, then: (byte: number) => void): void {
  const look = (): void => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return void socket.once("readable", look);
    socket.unshift(chunk);
    then(chunk[0] ?? 0);
  };
  look();
}
