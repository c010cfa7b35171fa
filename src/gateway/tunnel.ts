import type { Http2Server, Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Socket } from "node:net";
import type { Server as TlsServer, TLSSocket } from "node:tls";
import type { Leaf } from "./authority.ts";
import { type Http2Listener, type WatchedConnection, watchHttp2 } from "./http2-watch.ts";
import type { ConnectionOrigin, Refusals } from "./refusals.ts";
import { parseAuthority } from "./target.ts";

export interface TunnelOptions {
  /** Key and certificate for a host and port. */
  leafFor(host: string, port: number): Promise<Leaf>;
  /** What ALPN offers there, best first. */
  protocolsFor(host: string, port: number): readonly ("h2" | "http/1.1")[];
  /** Of the CA whose certificates clients must show there; `null`: they need none. */
  clientCaFor(host: string, port: number): string | null;
  /** Whether the connection is dropped before anything is said. */
  refuses(host: string): boolean;
  readonly refusals: Pick<Refusals, "connection" | "opened">;
  trouble(detail: string): void;
}

/** Where the requests inside go. */
export interface TunnelEnds {
  /** HTTP/1.1, decrypted or never encrypted. */
  plain(socket: Socket): void;
  http2(request: Http2ServerRequest, response: Http2ServerResponse): void;
  /** A request that HTTP/2's own rules refused; its headers by lower-case name. */
  refusedHttp2(headers: ReadonlyMap<string, string>, errorCode: number): void;
}

export interface Tunnels {
  /** Answers `CONNECT`: by its first byte the client shows whether it speaks TLS inside. */
  open(authority: string, socket: Socket, head: Buffer): void;
  /** Takes a connection to a host and port as if it had been opened by `CONNECT`. */
  enter(host: string, port: number, socket: Socket): void;
  /** Port that a tunnelled connection without TLS was opened to; `null` for any other. */
  portOf(socket: object): number | null;
  /** Where a tunnelled connection was opened to, as far as it is known. */
  originOf(socket: object): ConnectionOrigin | null;
}

const TLS_HANDSHAKE = 0x16;

export function createTunnels(options: TunnelOptions, ends: TunnelEnds): Tunnels {
  // One TLS server per host, which never listens: it gives each host its own certificate, with or without SNI.
  const servers = new Map<string, Promise<TlsServer>>();
  const ports = new WeakMap<object, number>();
  const origins = new WeakMap<object, ConnectionOrigin>();
  const watched = new WeakMap<object, WatchedConnection>();
  const { refusals } = options;
  let http2: Promise<Http2Server> | null = null;

  return {
    open(authority, socket, head) {
      const origin = parseAuthority(authority, 443);
      if (origin === null || options.refuses(origin.host)) {
        refusals.connection(origin, "other", origin === null ? `CONNECT names no host: ${authority}` : "the connection was refused");
        return void socket.destroy();
      }
      socket.on("error", () => socket.destroy());
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      if (head.length > 0) socket.unshift(head);
      enter(origin.host, origin.port, socket, "announced");
    },
    enter(host, port, socket) {
      if (options.refuses(host)) {
        refusals.connection({ host, port }, "other", "the connection was refused");
        return void socket.destroy();
      }
      enter(host, port, socket, "silent");
    },
    portOf: (socket) => ports.get(socket) ?? null,
    originOf: (socket) => origins.get(socket) ?? null,
  };

  /** `announced`: a client that asks for a tunnel means to use it; of two connections opened at once to two addresses, one is never used. */
  function enter(host: string, port: number, socket: Socket, how: "announced" | "silent"): void {
    const leave = (): void => {
      forget();
      if (how === "announced") refusals.connection({ host, port }, "other", "the client closed the connection before it said anything");
      socket.destroy();
    };
    const forget = (): void => void socket.off("end", leave).off("close", leave);
    socket.once("end", leave).once("close", leave);
    socket.once("close", refusals.opened({ host, port }));
    firstByte(socket, (byte) => {
      forget();
      if (byte !== TLS_HANDSHAKE) {
        ports.set(socket, port);
        origins.set(socket, { host, port });
        return ends.plain(socket);
      }
      // A client that leaves in the handshake is not waited for.
      socket.allowHalfOpen = false;
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
    const clientCa = options.clientCaFor(host, port);
    const server = createServer({
      ...(await options.leafFor(host, port)),
      ALPNProtocols: [...options.protocolsFor(host, port)],
      ...(clientCa === null ? {} : { requestCert: true, rejectUnauthorized: true, ca: clientCa }),
    });
    server.on("secureConnection", (socket: TLSSocket) => {
      socket.allowHalfOpen = true;
      if (socket.alpnProtocol !== "h2") {
        origins.set(socket, { host, port });
        return ends.plain(socket);
      }
      http2 ??= createHttp2Server();
      http2.then(
        (h2) => speakHttp2(h2, socket, { host, port }),
        () => socket.destroy(),
      );
    });
    // A client that does not trust us says so and leaves: that is its finding, not our fault.
    server.on("tlsClientError", (error, socket) => {
      refusals.connection({ host, port }, "handshake", handshakeFailure(error));
      socket.destroy();
    });
    return server;
  }

  function speakHttp2(h2: Http2Server, socket: TLSSocket, origin: ConnectionOrigin): void {
    const listener: Http2Listener = {
      refused: (headers, errorCode) => ends.refusedHttp2(headers, errorCode),
      unread: (reason) => refusals.connection(origin, "other", reason),
    };
    const connection = watchHttp2(socket, listener);
    // The session is made while the event is handled.
    h2.once("session", (session) => void watched.set(session, connection));
    h2.emit("connection", connection.stream);
  }

  async function createHttp2Server(): Promise<Http2Server> {
    const { createServer } = await import("node:http2");
    const server = createServer();
    server.on("request", (request, response) => {
      const { session, id } = request.stream;
      if (session !== undefined && id !== undefined) watched.get(session)?.handedOver(id);
      ends.http2(request, response);
    });
    server.on("session", (session) => void session.on("error", () => session.destroy()));
    return server;
  }
}

/** OpenSSL's words hold what the client said: `… tlsv1 alert unknown ca:…`. */
function handshakeFailure(error: NodeJS.ErrnoException): string {
  const alert = /\balert ([a-z ]+)(?=:|$)/.exec(error.message)?.[1]?.trim();
  if (alert !== undefined) return `the TLS handshake failed: the client said “${alert}”`;
  return error.code === "ECONNRESET"
    ? "the client closed the connection during the TLS handshake"
    : `the TLS handshake failed: ${error.code ?? error.message}`;
}

/** Looks at the first byte without taking it. Whoever takes the connection in `then` at once gets what has come; else it is paused. */
function firstByte(socket: Socket, then: (byte: number) => void): void {
  socket.once("data", (chunk: Buffer) => {
    then(chunk[0] ?? 0);
    // To put it back and have it read again costs a twelfth of what a connection does.
    if (socket.listenerCount("data") > 0) return void socket.emit("data", chunk);
    socket.pause();
    socket.unshift(chunk);
  });
}
