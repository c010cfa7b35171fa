import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect as http2Connect, createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, connect, createServer as createNetServer, type Server as NetServer, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { connect as tlsConnect } from "node:tls";
import { expect, test } from "vitest";
import { type Answered, indexOf, openFixture, openTunnel, sendRequest } from "../../../test/gateway-fixture.ts";
import { localServer } from "../../../test/local-server.ts";
import type { WireAnswer } from "../../observation/wire.ts";
import type { Authority } from "../authority.ts";
import { createAuthority } from "../certificate.ts";
import type { Response as Answering } from "../send.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

const UV = "uv/0.13.9";
const PAGE = '<!DOCTYPE html><a href="/packages/orion-1.whl">orion-1.whl</a>';

interface Open extends AsyncDisposable {
  readonly recorder: Recorder;
  readonly heard: WireAnswer[];
  readonly troubles: string[];
  readonly own: Authority;
  ask(url: string, agent: string, headers?: Record<string, string>, http?: "1.1" | "2.0", upload?: Buffer): Promise<Answered>;
}

async function open(trusted: string, via: string | null = null): Promise<Open> {
  const [heard, troubles]: [WireAnswer[], string[]] = [[], []];
  const own = await createAuthority();
  const recorder = await startRecorder({
    authority: own,
    trusted,
    via: () => via,
    heard: (answer) => void heard.push(answer),
    trouble: (detail) => void troubles.push(detail),
  });
  const gateway = { proxyUrl: recorder.address, caPem: own.caPem };
  return {
    recorder,
    heard,
    troubles,
    own,
    ask: (url, agent, headers = {}, http = "1.1", upload) =>
      sendRequest(gateway, new URL(url), upload === undefined ? "GET" : "POST", { "user-agent": agent, ...headers }, upload ?? null, http),
    [Symbol.asyncDispose]: () => recorder[Symbol.asyncDispose](),
  };
}

/** An https registry with a certificate of its own authority's. */
async function secureServer(
  kind: "h2" | "http/1.1",
  finish: (answer: Answering, connections: readonly Socket[]) => void = (answer) => void answer.end(PAGE),
): Promise<AsyncDisposable & { port: number; authority: Authority }> {
  const authority = await createAuthority();
  const leaf = await authority.leafFor("localhost", "good");
  const head = { "content-type": "text/html; charset=utf-8" };
  const connections: Socket[] = [];
  const listener = (asked: IncomingMessage | Http2ServerRequest, answer: Answering): void => {
    const reply = (): void => {
      (answer as ServerResponse).writeHead(200, head);
      finish(answer, connections);
    };
    if (asked.method === "GET") return reply();
    // Of an upload no more than its beginning is read.
    asked.once("data", () => {
      asked.pause();
      reply();
    });
  };
  const server: NetServer = kind === "h2" ? createSecureServer({ ...leaf, allowHTTP1: true }, listener) : createHttps(leaf, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: behind } = server.address() as AddressInfo;
  // A connection is lost only below TLS: over it Node says goodbye first.
  const wire = createNetServer((client) => {
    const onward = connect(behind, "127.0.0.1");
    connections.push(client);
    pipeline(client, onward, client, () => null);
  });
  await new Promise<void>((resolve) => wire.listen(0, "127.0.0.1", resolve));
  return {
    port: (wire.address() as AddressInfo).port,
    authority,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([wire, server].map((each) => new Promise((resolve) => each.close(resolve))));
    },
  };
}

test("what uv asks over http is told, without its credentials, and answers come as they are", async () => {
  const names = new Set<string>();
  await using registry = await localServer(({ headers }, answer) => {
    for (const name of Object.keys(headers)) names.add(name);
    const known = headers.authorization === "Basic amFuZTpwbG92ZXI=";
    answer.writeHead(
      known ? 200 : 401,
      known ? { "content-type": "text/html" } : { "www-authenticate": 'Basic realm="pypi"', "x-odd": "1" },
    );
    answer.end(known ? PAGE : "no");
  });
  await using it = await open("");
  const url = `http://127.0.0.1:${registry.port}/simple/orion/`;
  const refused = await it.ask(url, UV, { "proxy-authorization": "Basic eDp5", connection: "x-between", "x-between": "1", "x-end": "1" });
  expect([refused.status, refused.headers["x-odd"], refused.headers["date"] !== undefined, refused.text]).toEqual([401, "1", true, "no"]);
  expect((await it.ask(url, UV, { authorization: "Basic amFuZTpwbG92ZXI=" })).text).toBe(PAGE);
  await it.ask(url, "pip/25");
  expect([...names].sort()).toEqual(["authorization", "connection", "host", "user-agent", "x-end"]);
  const seen = { url, method: "GET", http: "1.1" };
  expect(it.heard).toEqual([
    { ...seen, authorized: false, status: 401, challenge: 'Basic realm="pypi"', type: null, page: null },
    { ...seen, authorized: true, status: 200, challenge: null, type: "text/html", page: PAGE },
  ]);
});

test.each(["h2", "http/1.1"] as const)("a tunnel of uv's is opened, and speaks HTTP/2 where the registry does: %s", async (kind) => {
  await using registry = await secureServer(kind);
  await using it = await open(registry.authority.caPem);
  const url = `https://localhost:${registry.port}/simple/orion/`;
  const answered = await it.ask(url, UV, {}, "2.0");
  expect(answered).toMatchObject({
    status: 200,
    text: PAGE,
    httpVersion: kind === "h2" ? "2.0" : "1.1",
    certificate: { authorized: true },
  });
  expect(it.heard).toEqual([
    {
      url,
      method: "GET",
      authorized: false,
      status: 200,
      challenge: null,
      type: "text/html",
      http: kind === "h2" ? "2" : "1.1",
      page: PAGE,
    },
  ]);
});

const loseConnections = (_: Answering, connections: readonly Socket[]): void => {
  for (const connection of connections) connection.destroy();
};

test.each([
  ["h2", "whose stream is reset", (answer: Answering) => (answer as Http2ServerResponse).stream.close(2)],
  ["h2", "whose connection is lost", loseConnections],
  ["http/1.1", "whose connection is lost", loseConnections],
] as const)("an answer over %s %s breaks off for uv, too, and is no page", async (kind, _, breakOff) => {
  await using registry = await secureServer(kind, (answer, connections) => {
    (answer as ServerResponse).write(PAGE.slice(0, 20), () => breakOff(answer, connections));
  });
  await using it = await open(registry.authority.caPem);
  const asked = it.ask(`https://localhost:${registry.port}/simple/orion/`, UV, {}, kind === "h2" ? "2.0" : "1.1");
  await expect(asked).rejects.toBeInstanceOf(Error);
  expect(it.heard.filter(({ page }) => page !== null)).toEqual([]);
});

test("an answer that comes before an upload has ended ends for uv", async () => {
  await using registry = await secureServer("h2");
  await using it = await open(registry.authority.caPem);
  const answered = await it.ask(`https://localhost:${registry.port}/legacy/`, UV, {}, "2.0", Buffer.alloc(5_000_000));
  expect([answered.text, it.troubles]).toEqual([PAGE, []]);
});

test("what uv left before it ended is no page, and no trouble", async () => {
  const begun = Promise.withResolvers<void>();
  await using registry = await secureServer(
    "h2",
    (answer) => void (answer as ServerResponse).write(PAGE.slice(0, 20), () => begun.resolve()),
  );
  await using it = await open(registry.authority.caPem);
  const tunnel = await openTunnel(new URL(it.recorder.address), `localhost:${registry.port}`, UV);
  const secure = tlsConnect({ socket: tunnel, servername: "localhost", ca: it.own.caPem, ALPNProtocols: ["h2"] });
  await once(secure, "secureConnect");
  const session = http2Connect(`https://localhost:${registry.port}`, { createConnection: () => secure });
  session.on("error", () => undefined);
  const asked = session.request({ ":path": "/simple/orion/", "user-agent": UV });
  asked.on("error", () => undefined).resume();
  await begun.promise;
  session.destroy();
  tunnel.destroy();
  await it.recorder.settled();
  expect([it.heard.filter(({ page }) => page !== null), it.troubles]).toEqual([[], []]);
});

test.each(["python-urllib3/2", "pip/25.1", "git/2.47", ""])("a tunnel of others passes byte by byte: %s", async (agent) => {
  await using registry = await secureServer("http/1.1");
  await using it = await open("");
  const tunnel = await openTunnel(new URL(it.recorder.address), `localhost:${registry.port}`, agent);
  const socket = tlsConnect({ socket: tunnel, servername: "localhost", ca: registry.authority.caPem });
  await new Promise<void>((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  expect([socket.authorized, it.heard, it.troubles]).toEqual([true, [], []]);
  socket.destroy();
});

test("a registry whose certificate the reporter does not trust gets no tunnel", async () => {
  await using registry = await secureServer("http/1.1");
  await using it = await open((await createAuthority()).caPem);
  await expect(it.ask(`https://localhost:${registry.port}/`, UV)).rejects.toThrow("502");
  expect(it.troubles).toEqual([expect.stringMatching(/^localhost:\d+: (?:UNABLE_TO|SELF_SIGNED)/)]);
});

test("the company's proxy is gone through with its login, and what it says to another comes back", async () => {
  const files = indexOf({ url: "https://feeds.example.com/simple/", users: [] });
  const proxy = indexOf({ name: "proxy", url: "http://proxy.example.com:3128/", proxy: { breaksTls: false } });
  await using company = await openFixture({ indexes: [files, proxy] });
  const user = proxy.users[0]?.name ?? "";
  const { host } = new URL(company.gateway.urlOf("proxy"));
  const login = (secret: string): string => `http://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@${host}`;
  await using known = await open(company.gateway.caPem, login(company.secret(user, "proxy")));
  const answered = await known.ask("https://feeds.example.com/simple/", UV, {}, "2.0");
  expect([answered.status, answered.httpVersion]).toEqual([200, "2.0"]);
  const passed = await openTunnel(new URL(known.recorder.address), "feeds.example.com:443", "python-urllib3/2");
  passed.destroy();
  await using unknown = await open(company.gateway.caPem, login("merlin"));
  await expect(unknown.ask("https://feeds.example.com/simple/", UV)).rejects.toThrow(
    '407 Refused\r\nProxy-Authenticate: Basic realm="proxy"',
  );
  expect(unknown.troubles).toEqual(["feeds.example.com:443: the proxy answered 407"]);
});

test("http goes to the company's proxy in absolute form, with its login", async () => {
  const got: unknown[] = [];
  await using company = await localServer(({ url, headers }, answer) => {
    got.push([url, headers["proxy-authorization"], headers.host]);
    answer.writeHead(200).end();
  });
  await using it = await open("", `http://jane:plo%2Fver@127.0.0.1:${company.port}`);
  expect((await it.ask("http://feeds.example.com/simple/", UV)).status).toBe(200);
  expect(got).toEqual([
    ["http://feeds.example.com/simple/", `Basic ${Buffer.from("jane:plo/ver").toString("base64")}`, "feeds.example.com"],
  ]);
});
