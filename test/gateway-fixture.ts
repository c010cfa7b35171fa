import { createHash } from "node:crypto";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect as h2connect } from "node:http2";
import { connect as tcpConnect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { connect as tlsConnect } from "node:tls";
import type { FLAVOUR } from "../src/gateway/flavour/table.ts";
import { type Gateway, type GatewayOptions, type Source, startGateway } from "../src/gateway/gateway.ts";
import type { RequestRecord } from "../src/observation/model.ts";
import type { Secret } from "../src/observation/secret.ts";
import { endingOf } from "../src/scenario/secret-ending.ts";
import type { Distribution } from "../src/scenario/distribution.ts";
import { type Index, USER_STATES } from "../src/scenario/model.ts";
import { plainIndex } from "./scenario-fixture.ts";

/** A file whose bytes say what it is; nothing here opens wheels. */
export function fileOf(project: string, version = "1.0.0", changes: Partial<Distribution> = {}): Distribution {
  const filename = changes.filename ?? `${project}-${version}-py3-none-any.whl`;
  const bytes = new TextEncoder().encode(`the bytes of ${filename}`);
  const metadata = `Metadata-Version: 2.1\nName: ${project}\nVersion: ${version}\n`;
  return {
    project,
    version,
    filename,
    sha256: sha256(bytes),
    size: bytes.byteLength,
    requiresPython: null,
    yanked: false,
    metadata: { sha256: sha256(metadata), text: metadata },
    visibleTo: null,
    content: { kind: "bytes", bytes },
    ...changes,
  };
}

export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** One user for each state: `good`, `expired`, `revoked`, `guest`, `no-access`. */
export const EVERY_USER = USER_STATES.map((state) => ({ name: state, state }));

export function indexOf(changes: Partial<Index> = {}): Index {
  return plainIndex({
    name: "private",
    url: "http://feeds.example.com/a/simple/",
    users: EVERY_USER,
    metadata: false,
    json: false,
    ...changes,
  });
}

export interface Asked {
  readonly method?: string;
  /** `USER` with its secret, `USER stale` with the one that was replaced, `USER:PASSWORD`, or `Bearer USER`. */
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: FormData;
  /** For https; 1.1 unless said. */
  readonly http?: "1.1" | "2.0";
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly httpVersion: string;
  readonly certificate: { readonly authorized: boolean; readonly error: string } | null;
}

export interface Fixture extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly troubles: readonly string[];
  readonly secrets: readonly Secret[];
  secret(user: string, index?: string): string;
  ask(url: string, asked?: Asked): Promise<Answered>;
  records(): readonly RequestRecord[];
}

export interface FixtureOptions {
  readonly indexes?: readonly Index[];
  readonly files?: Readonly<Record<string, readonly Distribution[]>>;
  readonly sources?: Readonly<Record<string, Source>>;
  readonly defaultIndex?: Partial<Index>;
  readonly mode?: GatewayOptions["mode"];
}

export async function openFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const { indexes = [indexOf()], files = { private: [fileOf("sandbox")] }, mode = "proxy" } = options;
  const troubles: string[] = [];
  const secrets = indexes.flatMap((index) =>
    index.users.flatMap(({ name: user }) =>
      (["good", "stale"] as const).map((kind) => ({
        name: `${index.name}.${user}`,
        index: index.name,
        user,
        kind,
        value: `uvmre-${kind}-${index.name.replace(".", "-")}-${user.replaceAll(/[@.+]/g, "-")}-0123456789abcdef${endingOf(index, user)}`,
      })),
    ),
  );
  const source = new Map<string, Source>([
    ...[...indexes.map((index) => index.name), "default"].map((name): [string, Source] => [
      name,
      { kind: "files", list: () => files[name] ?? [] },
    ]),
    ...Object.entries(options.sources ?? {}),
  ]);
  let clock = 0;
  const gateway = await startGateway({
    mode,
    indexes,
    defaultIndex: indexOf({ name: "default", url: "https://default.example/simple/", users: [], ...options.defaultIndex }),
    source,
    secrets,
    now: () => ++clock,
    trouble: (detail) => void troubles.push(detail),
  });
  const secret = (user: string, index = indexes[0]?.name ?? "", kind = "good"): string => {
    const found = secrets.find((each) => each.user === user && each.index === index && each.kind === kind);
    if (found === undefined) throw new Error(`no secret of ${index}.${user}`);
    return found.value;
  };
  return {
    gateway,
    troubles,
    secrets,
    secret,
    records: () => gateway.requests(),
    async ask(url, asked = {}) {
      const headers: Record<string, string> = { ...asked.headers };
      const body = asked.body === undefined ? null : new Response(asked.body);
      if (body !== null) headers["content-type"] = body.headers.get("content-type") ?? "";
      const bytes = body === null ? null : Buffer.from(await body.arrayBuffer());
      if (bytes !== null) headers["content-length"] = String(bytes.byteLength);
      const authorization = authorizationOf(asked.as, secret);
      if (authorization !== null) headers["authorization"] = authorization;
      return await sendRequest(gateway, new URL(url), asked.method ?? "GET", headers, bytes, asked.http ?? "1.1");
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

type SecretOf = (user: string, index?: string, kind?: string) => string;

function authorizationOf(as: string | undefined, secret: SecretOf): string | null {
  if (as === undefined || as === "nobody") return null;
  const bearer = /^Bearer (.*)$/.exec(as);
  if (bearer !== null) return `Bearer ${secret(bearer[1] ?? "")}`;
  const pair = as.includes(":")
    ? as.replace(/<(\S+)>/, (_, user: string) => secret(user))
    : as.endsWith(" stale")
      ? `${as.slice(0, -6)}:${secret(as.slice(0, -6), undefined, "stale")}`
      : `${as}:${secret(as)}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

/** Through the proxy as a client would: absolute form for http, a tunnel for https; straight in loopback mode. */
export async function sendRequest(
  gateway: Pick<Gateway, "proxyUrl" | "caPem">,
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: Buffer | null,
  http: "1.1" | "2.0",
): Promise<Answered> {
  if (gateway.proxyUrl === null) {
    return await exchange(url, { path: url.pathname + url.search, method, headers }, body, null);
  }
  const proxy = new URL(gateway.proxyUrl);
  if (url.protocol === "http:") {
    return await exchange(proxy, { path: url.href, method, headers: { host: url.host, ...headers } }, body, null);
  }
  const tunnel = await openTunnel(proxy, `${url.hostname}:${url.port || 443}`, headers["user-agent"]);
  const socket = tlsConnect({
    socket: tunnel,
    servername: url.hostname,
    ca: gateway.caPem,
    rejectUnauthorized: false,
    ALPNProtocols: http === "2.0" ? ["h2", "http/1.1"] : ["http/1.1"],
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
  });
  const certificate = { authorized: socket.authorized, error: String(socket.authorizationError ?? "") };
  try {
    if (socket.alpnProtocol === "h2") return { ...(await exchangeHttp2(socket, url, method, headers, body)), certificate };
    const path = url.pathname + url.search;
    return { ...(await exchange(url, { path, method, headers: { host: url.host, ...headers } }, body, socket)), certificate };
  } finally {
    socket.destroy();
  }
}

/** A client may say who it is, as uv does. */
export async function openTunnel(proxy: URL, authority: string, agent?: string): Promise<Socket> {
  const socket = tcpConnect(Number(proxy.port), proxy.hostname);
  const head = await new Promise<string>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the tunnel was refused")));
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${agent === undefined ? "" : `User-Agent: ${agent}\r\n`}\r\n`);
    socket.once("data", (chunk: Buffer) => resolve(chunk.toString()));
  });
  if (!head.startsWith("HTTP/1.1 200")) throw new Error(head);
  return socket;
}

async function exchange(
  at: URL,
  options: { path: string; method: string; headers: Record<string, string> },
  body: Buffer | null,
  socket: Socket | null,
): Promise<Answered> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const connection = socket === null ? { agent: false as const } : { createConnection: () => socket };
    const sent = httpRequest({ host: at.hostname, port: at.port, ...options, ...connection }, resolve);
    sent.on("error", reject);
    sent.end(body ?? undefined);
  });
  const { statusCode = 0, headers, httpVersion } = response;
  return { status: statusCode, headers, text: await text(response), httpVersion, certificate: null };
}

async function exchangeHttp2(
  socket: Socket,
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: Buffer | null,
): Promise<Answered> {
  const session = h2connect(url.origin, { createConnection: () => socket });
  try {
    const stream = session.request({ ":method": method, ":path": url.pathname + url.search, ...headers }, { endStream: body === null });
    if (body !== null) stream.end(body);
    const answered = await new Promise<Record<string, string | string[] | undefined>>((resolve, reject) => {
      stream.once("response", resolve);
      stream.once("error", reject);
    });
    return {
      status: Number(answered[":status"]),
      headers: answered,
      text: await text(stream),
      httpVersion: "2.0",
      certificate: null,
    };
  } finally {
    session.destroy();
  }
}

/** What of an answer a client acts upon, on one line; the links of a page below it. */
export function summary({ status, headers, text: body }: Answered): string {
  const told = ["www-authenticate", "location", "allow", "accept-ranges", "content-range", "retry-after"].flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [`${name}: ${String(value)}`];
  });
  const type = String(headers["content-type"] ?? "");
  if (type.startsWith("application/vnd.pypi.simple")) told.push(type);
  const links = type.startsWith("text/html") ? [...body.matchAll(/<a [^>]*href="[^"]*"[^>]*>/g)].map(([tag]) => `\n    ${tag}`) : [];
  return [status, ...told].join(", ") + links.join("");
}

/**
 * Asks for what each row of a flavour's table says, as `METHOD PATH [as WHO]` (paths are relative to the index),
 * and shows row, promise and answers. Throws if a row is left out.
 */
export async function askRows(
  fixture: Fixture,
  index: Index,
  table: (typeof FLAVOUR)["simple"]["table"],
  asks: Readonly<Record<string, readonly (string | readonly [string, Asked])[]>>,
): Promise<string> {
  const missing = table.filter((row) => asks[row.request] === undefined).map((row) => row.request);
  if (missing.length > 0) throw new Error(`rows without a request: ${missing.join("; ")}`);
  const unknown = Object.keys(asks).filter((key) => !table.some((row) => row.request === key));
  if (unknown.length > 0) throw new Error(`not in the table: ${unknown.join("; ")}`);
  const lines: string[] = [];
  for (const row of table) {
    lines.push(`${row.request}: ${row.answer}`);
    for (const ask of asks[row.request] ?? []) {
      const [line, asked] = typeof ask === "string" ? [ask, {}] : ask;
      const [, method = "GET", path = "", who = "nobody"] = /^(\S+) (\S*)(?: as (.*))?$/.exec(line) ?? [];
      const answered = await fixture.ask(new URL(path, index.url).href, { method, as: who, ...asked });
      lines.push(`  ${line}${"headers" in asked ? ` ${JSON.stringify(asked.headers)}` : ""} → ${summary(answered)}`);
    }
  }
  return lines.join("\n");
}

/** What `uv publish` sends. */
export function uploadOf(file: Distribution, changes: Readonly<Record<string, string>> = {}): FormData {
  const form = new FormData();
  const fields = { ":action": "file_upload", name: file.project, version: file.version, sha256_digest: file.sha256, ...changes };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const bytes = file.content.kind === "bytes" ? file.content.bytes : new Uint8Array();
  form.set("content", new Blob([new Uint8Array(bytes)]), file.filename);
  return form;
}

/** Uploads of one user: a new file, the same again, one of another digest than it says, and nothing. */
export function uploads(): (string | readonly [string, Asked])[] {
  const upload = "POST .. as good";
  const again = (): readonly [string, Asked] => [upload, { body: uploadOf(fileOf("new")) }];
  return [again(), again(), [upload, { body: uploadOf(fileOf("other"), { sha256_digest: "00" }) }], upload];
}
