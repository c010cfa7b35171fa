import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { gunzipSync, inflateSync, brotliDecompressSync } from "node:zlib";
import type { WireAnswer } from "../../observation/wire.ts";
import type { Authority } from "../authority.ts";
import { createServer, request as openRequest } from "../http.ts";
import { createOpenSockets } from "../open-sockets.ts";
import type { ConnectionOrigin } from "../refusals.ts";
import { parseAuthority, parseUrl, type Target, urlOf } from "../target.ts";
import { createTunnels, type TunnelOptions } from "../tunnel.ts";
import { askProxy, TunnelRefused } from "./dial.ts";
import { cut, type Response as Answering } from "../send.ts";
import { type Asked, endToEnd, type Relayed, relayHttp1, relayHttp2 } from "./relay.ts";
import { createUpstreams, type UpstreamOptions } from "./upstreams.ts";

export interface RecorderOptions extends UpstreamOptions {
  readonly authority: Authority;
  /** Told of each answer to uv. */
  heard(answer: WireAnswer): void;
  /** What kept uv from an answer here, and may be another thing than without a gateway. */
  trouble(detail: string): void;
}

export interface Recorder extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, to be named as a proxy. */
  readonly address: string;
  /** Resolves once the connections of clients that have ended are closed, so that all they were answered is told. */
  settled(): Promise<void>;
}

/** Pages alone are read, and of these no more. */
const LARGEST_PAGE = 8_000_000;
const PAGE_TYPES = /^(?:text\/html|application\/vnd\.pypi\.simple\.(?:v1|latest)\+(?:html|json))$/u;

/**
 * A proxy in front of real registries. It opens the tunnels that uv asks for, and passes all others on byte by byte: what a keyring,
 * pip or git says is theirs.
 */
export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const { authority, heard, trouble } = options;
  const upstreams = createUpstreams(options);
  const sockets = createOpenSockets();
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, requireHostHeader: false }, onRequest);
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("clientError", (_, socket) => void socket.destroy());
  const opening: TunnelOptions = {
    leafFor: (host) => authority.leafFor(host, "good"),
    protocolsFor: (host, port) => upstreams.protocolsOf({ host, port }),
    clientCaFor: () => null,
    refuses: () => false,
    refusals: { connection: () => {}, opened: () => () => {} },
    trouble,
  };
  const tunnels = createTunnels(opening, {
    plain: (socket) => server.emit("connection", socket),
    http2: onRequest,
    refusedHttp2: () => {},
  });
  server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const agent = request.headers["user-agent"] ?? "";
    const origin = parseAuthority(request.url ?? "", 443);
    socket.on("error", () => socket.destroy());
    if (origin === null) return void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    const ready = isUv(request.headers) ? openTunnel(request.url ?? "", origin, agent, socket, head) : passOn(origin, agent, socket, head);
    ready.catch((error: Error) => {
      if (isUv(request.headers)) trouble(`${request.url}: ${reasonOf(error)}`);
      socket.end(denial(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });

  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    settled: () => sockets.settled(),
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      sockets.destroy();
      upstreams.close();
      await closed;
    },
  };

  async function openTunnel(authority: string, origin: ConnectionOrigin, agent: string, socket: Socket, head: Buffer): Promise<void> {
    await upstreams.find(origin, agent);
    tunnels.open(authority, socket, head);
  }

  async function passOn(origin: ConnectionOrigin, agent: string, socket: Socket, head: Buffer): Promise<void> {
    const other = await upstreams.raw(origin, agent);
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) other.write(head);
    socket.pipe(other).pipe(socket);
    socket.on("close", () => other.destroy());
    other.on("close", () => socket.destroy());
  }

  function onRequest(request: Asked, response: Answering): void {
    response.on("error", () => {});
    response.sendDate = false;
    const target = targetOf(request);
    if (target === null) return void (response as ServerResponse).writeHead(400).end();
    relay(request, response, target).catch((error: Error) => {
      // A client that left has nothing to wait for.
      const isGone = "stream" in response ? response.stream.destroyed : response.destroyed;
      if (isUv(request.headers) && !isGone) trouble(`${target.host}: ${reasonOf(error)}`);
      cut(response);
    });
  }

  async function relay(request: Asked, response: Answering, target: Target): Promise<void> {
    const answered = (answer: Relayed): void => {
      if (isUv(request.headers)) observe(request, target, answer);
    };
    const agent = request.headers["user-agent"] ?? "";
    if ("stream" in request) return relayHttp2(request, response as Http2ServerResponse, await upstreams.session(target, agent), answered);
    const headers = endToEnd(request.rawHeaders);
    const { method } = request;
    const via = options.via(urlOf(target));
    if (target.scheme === "http" && via !== null)
      return relayHttp1(request, response, askProxy(via, { method, path: urlOf(target), headers }, options.trusted), answered);
    const socket = target.scheme === "http" ? await upstreams.plain(target) : await upstreams.connection(target, agent);
    return relayHttp1(request, response, openRequest({ method, path: target.path, headers, createConnection: () => socket }), answered);
  }

  /** Where a request means to go: in a tunnel its end, else what its first line says. */
  function targetOf(request: Asked): Target | null {
    if ("stream" in request) {
      const origin = parseAuthority(request.authority, 443);
      return origin === null ? null : { scheme: "https", ...origin, path: request.url };
    }
    const origin = tunnels.originOf(request.socket);
    if (origin === null) return parseUrl(request.url ?? "");
    return { scheme: "encrypted" in request.socket ? "https" : "http", ...origin, path: request.url ?? "/" };
  }

  function observe(request: Asked, target: Target, { status, header, body, isWhole }: Relayed): void {
    const type = header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? null;
    const seen: Omit<WireAnswer, "page"> = {
      url: urlOf(target),
      method: request.method ?? "GET",
      authorized: request.headers.authorization !== undefined,
      status,
      challenge: header("www-authenticate"),
      type,
      http: "stream" in request ? "2" : "1.1",
    };
    if (status !== 200 || request.method !== "GET" || !PAGE_TYPES.test(type ?? "")) return heard({ ...seen, page: null });
    const chunks: Buffer[] = [];
    let size = 0;
    body.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_PAGE) chunks.push(chunk);
    });
    body.on("end", () =>
      heard({ ...seen, page: !isWhole() || size > LARGEST_PAGE ? null : textOf(Buffer.concat(chunks), header("content-encoding")) }),
    );
  }
}

/** uv says who it is with each tunnel that it asks for, and with each request. */
function isUv(headers: IncomingHttpHeaders): boolean {
  return headers["user-agent"]?.startsWith("uv/") === true;
}

/** `null` for an encoding that is not read here. */
function textOf(bytes: Buffer, encoding: string | null): string | null {
  try {
    switch (encoding) {
      case null:
      case "identity":
        return bytes.toString("utf8");
      case "gzip":
        return gunzipSync(bytes, { maxOutputLength: LARGEST_PAGE }).toString("utf8");
      case "deflate":
        return inflateSync(bytes, { maxOutputLength: LARGEST_PAGE }).toString("utf8");
      case "br":
        return brotliDecompressSync(bytes, { maxOutputLength: LARGEST_PAGE }).toString("utf8");
      default:
        return null;
    }
  } catch {
    return null;
  }
}

/** What a proxy between would have answered, or that a host is not reached. */
function denial(error: Error): string {
  if (!(error instanceof TunnelRefused)) return "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
  const challenge = error.challenge === null ? "" : `Proxy-Authenticate: ${error.challenge}\r\n`;
  return `HTTP/1.1 ${error.status} Refused\r\n${challenge}Content-Length: 0\r\n\r\n`;
}

/** Without what a message may quote of names and logins. */
function reasonOf(error: NodeJS.ErrnoException): string {
  return error instanceof TunnelRefused ? error.message : (error.code ?? error.name);
}
