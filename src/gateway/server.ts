import { createServer } from "./http.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { type AddressInfo, createServer as createDoor, type Socket } from "node:net";
import type { Budget } from "./resource-budget.ts";
import type { Exchange, Incoming, Outcome } from "./exchange.ts";
import { createFileMemory } from "./file-memory.ts";
import type { Refusals } from "./refusals.ts";
import { createOpenSockets } from "./open-sockets.ts";
import { send } from "./send.ts";
import { defaultPort, parseAuthority, parseUrl, type Target, urlOf } from "./target.ts";
import { answerNetwork, type NetworkOptions } from "./network.ts";
import type { Unreachable } from "../scenario/model.ts";
import type { Admission, CompanyProxy } from "./company-proxy.ts";
import { createTunnels, type TunnelEnds, type TunnelOptions, type Tunnels } from "./tunnel.ts";

export interface ServerOptions {
  readonly exchange: Exchange;
  readonly refusals: Refusals;
  /** For a proxy: how `CONNECT` is answered. `null`: no tunnels, as on the loopback address. */
  readonly tunnels: TunnelOptions | null;
  /** Where a request means to go that came without a proxy; `null`: nowhere. */
  direct(path: string): Target | null;
  /** Why a host cannot be reached now; `null`: it can. */
  unreachable(host: string): Unreachable | null;
  readonly budget: Budget;
  /** A proxy of the scenario's own, on the way to all hosts; `null`: none. */
  readonly company: CompanyProxy | null;
  /** Answers in a network instead of listening at an address. */
  readonly network: Omit<NetworkOptions, "enter" | "budget"> | null;
  /** A fault of ours. */
  trouble(detail: string): void;
}

/** What a proxy that wants to know who asks says to those it does not know. */
const CHALLENGE = { "proxy-authenticate": 'Basic realm="proxy"', "content-length": 0 };
const DENIALS = {
  407: `HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\n\r\n`,
  503: "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
  504: "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n",
} satisfies Record<Exclude<Admission, 200>, string>;

/** RFC 9113, 7. */
const PROTOCOL_ERROR = 1;

/** Of files on disk. */
const HELD_BYTES = 32_000_000;

export interface RunningServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`; empty in a network. */
  readonly address: string;
  /** `HOST:PORT` at which the scenario's own proxy listens here; `null` in a network, and without one. */
  readonly companyAddress: string | null;
  /** Resolves once the connections of clients that have ended are closed, so that all they brought is told. */
  settled(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 for plain, proxied and tunnelled requests, or answers in a network. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { exchange, refusals, budget, company, trouble } = options;
  /** Connections to the scenario's own proxy. */
  const viaCompany = new WeakSet<object>();
  const files = createFileMemory(HELD_BYTES);
  // Closing idle connections would race with a client that takes one up again.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, requireHostHeader: false }, onRequest);
  const heard = new WeakSet<object>();
  const sockets = createOpenSockets();
  server.on("connection", (socket: Socket) => {
    // A network knows its own.
    if (options.network === null) sockets.add(socket);
    if (options.tunnels === null || tunnels?.originOf(socket) != null) return;
    const ended = refusals.opened(null);
    socket.once("close", () => void (socket.bytesRead === 0 && ended()));
  });
  server.on("clientError", (error: NodeJS.ErrnoException & { reason?: string }, socket) => {
    const broken = error.code?.startsWith("HPE_") === true;
    // A kept connection may end in any manner; one that spoke and was never heard has lost a request.
    if (broken || (!heard.has(socket) && (socket as Socket).bytesRead > 0)) {
      const reason = broken
        ? `HTTP/1.1 cannot be read: ${error.reason ?? error.message}`
        : "the client closed the connection within a request";
      refusals.connection(tunnels?.originOf(socket) ?? opening?.originOf(socket) ?? null, "other", reason);
    }
    socket.destroy();
  });
  const ends: TunnelEnds = { plain: (socket) => server.emit("connection", socket), http2: onHttp2, refusedHttp2 };
  const tunnels = options.tunnels === null ? null : createTunnels(options.tunnels, ends);
  const opening: Tunnels | null = company?.tunnels == null ? null : createTunnels(company.tunnels, ends);
  if (tunnels !== null) {
    server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const asksCompany = company !== null && viaCompany.has(socket);
      const admission = asksCompany ? company.admit("CONNECT", `https://${request.url ?? ""}/`, request.headers) : 200;
      if (admission !== 200) return void socket.end(DENIALS[admission]);
      if (!asksCompany && isBeyondUs(parseAuthority(request.url ?? "", 443)?.host)) return void socket.destroy();
      (asksCompany && opening !== null ? opening : tunnels).open(request.url ?? "", socket, head);
    });
  }
  if (tunnels !== null && options.network !== null) return inNetwork(tunnels, options.network);

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const door = company === null ? null : createDoor((socket) => enterCompany(socket));
  await new Promise<void>((resolve) => (door === null ? resolve() : door.listen(0, "127.0.0.1", resolve)));

  return {
    address,
    companyAddress: door === null ? null : `127.0.0.1:${(door.address() as AddressInfo).port}`,
    settled: () => sockets.settled(),
    async [Symbol.asyncDispose]() {
      door?.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      sockets.destroy();
      await closed;
    },
  };

  async function inNetwork({ enter }: Tunnels, network: Omit<NetworkOptions, "enter" | "budget">): Promise<RunningServer> {
    const answering = await answerNetwork({
      ...network,
      budget,
      enter: (host, port, socket) => (company?.isAt(host, port) === true ? enterCompany(socket) : enter(host, port, socket)),
    });
    return {
      address: "",
      companyAddress: null,
      settled: () => answering.settled(),
      [Symbol.asyncDispose]: () => answering[Symbol.asyncDispose](),
    };
  }

  function enterCompany(socket: Socket): void {
    viaCompany.add(socket);
    server.emit("connection", socket);
  }

  /** Whether a host cannot be reached, which a client that asks us as its proxy would not see as it is. */
  function isBeyondUs(host: string | undefined): boolean {
    if (host === undefined || options.network !== null || options.unreachable(host) === null) return false;
    trouble(`${host} cannot be reached, which a sandbox alone can show: outside one hosts are reached by a proxy`);
    return true;
  }

  function onRequest(request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void {
    response.on("error", () => {});
    heard.add(request.socket);
    const meant = meaning(request);
    if (meant === null) {
      refusals.misdirected(request.method ?? "GET", `${address}${request.url ?? ""}`);
      (response as ServerResponse).writeHead(400).end("no index is meant\n");
      return;
    }
    const admission = viaCompany.has(request.socket) ? company?.admit(request.method ?? "GET", meant.url, request.headers) : undefined;
    if (admission !== undefined && admission !== 200) {
      (response as ServerResponse).writeHead(admission, admission === 407 ? CHALLENGE : { "content-length": 0 }).end();
      return;
    }
    if (admission === undefined && isBeyondUs(meant.target.host)) return void request.socket.destroy();
    const incoming = toIncoming(request, meant.target, meant.url, budget);
    const outcome = exchange(incoming);
    if (outcome instanceof Promise) outcome.then(deliver, fail);
    else deliver(outcome);

    function deliver(decided: Outcome): void {
      send(response, incoming.method, decided, files, trouble);
    }
    function fail(error: unknown): void {
      trouble(`an answer failed: ${error instanceof Error ? error.message : String(error)}`);
      deliver({ kind: "drop" });
    }
  }

  /** Older releases of Node let a user in `:authority` pass, which RFC 9113 (8.3.1) forbids and newer ones reset. */
  function onHttp2(request: Http2ServerRequest, response: Http2ServerResponse): void {
    if (!request.authority.includes("@")) return onRequest(request, response);
    refusedHttp2(new Map(Object.entries(request.headers).map(([name, value]) => [name, String(value)])), PROTOCOL_ERROR);
    request.stream.close(PROTOCOL_ERROR);
  }

  function refusedHttp2(headers: ReadonlyMap<string, string>, errorCode: number): void {
    const authority = headers.get(":authority") ?? headers.get("host") ?? "";
    const origin = parseAuthority(authority, 443);
    const rule = authority.includes("@")
      ? "a user in `:authority` is forbidden (RFC 9113, 8.3.1)"
      : "the request breaks a rule of the protocol";
    const reason = `HTTP/2 reset the stream with error code ${errorCode}: ${rule}`;
    if (origin === null) return refusals.connection(null, "other", reason);
    const target: Target = { scheme: "https", ...origin, path: headers.get(":path") ?? "/" };
    const incoming: Incoming = {
      method: headers.get(":method") ?? "GET",
      target,
      url: urlOf(target),
      httpVersion: "2.0",
      header: (name) => headers.get(name) ?? null,
      body: () => Promise.resolve(new Uint8Array()),
      gone: () => true,
    };
    refusals.request(incoming, reason);
  }

  /** The URL that the client means, and as it reads for people. */
  function meaning(request: IncomingMessage | Http2ServerRequest): { target: Target; url: string } | null {
    const raw = request.url ?? "/";
    if (!raw.startsWith("/") && (options.network === null || viaCompany.has(request.socket))) {
      const target = parseUrl(raw);
      return target === null ? null : { target, url: urlOf(target) };
    }
    const scheme = "stream" in request || "encrypted" in request.socket ? "https" : "http";
    const authority = "authority" in request ? request.authority : request.headers.host;
    const tunnel = tunnels?.portOf(request.socket) ?? opening?.portOf(request.socket) ?? null;
    if (scheme === "https" || tunnel !== null) {
      const origin = parseAuthority(authority ?? "", tunnel ?? defaultPort(scheme));
      if (origin === null) return null;
      const target: Target = { scheme, ...origin, path: raw };
      return { target, url: urlOf(target) };
    }
    const target = options.direct(raw);
    return target === null ? null : { target, url: `${address}${raw}` };
  }
}

function toIncoming(request: IncomingMessage | Http2ServerRequest, target: Target, url: string, budget: Budget): Incoming {
  const { headers } = request;
  return {
    method: request.method ?? "GET",
    target,
    url,
    httpVersion: request.httpVersion,
    header(name) {
      const value = headers[name];
      return typeof value === "string" ? value : null;
    },
    body: () => readAll(request, budget),
    gone: () => request.destroyed || request.socket.destroyed,
  };
}

/** Rejects where it is more than a run may upload; the request is then closed. */
async function readAll(request: IncomingMessage | Http2ServerRequest, budget: Budget): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (!budget.spend("uploaded", chunk.length)) throw new Error("an upload is larger than what is taken");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
