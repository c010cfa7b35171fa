import { connect as h2connect } from "node:http2";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as tlsConnect, type TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { indexOf, openFixture, openTunnel, type Fixture } from "../../test/gateway-fixture.ts";

const SECURE = indexOf({ url: "https://feeds.example.com/a/simple/" });

async function secured(it: Fixture, protocol: "h2" | "http/1.1", ca = it.gateway.caPem): Promise<TLSSocket> {
  const socket = await openTunnel(new URL(it.gateway.proxyUrl ?? ""), "feeds.example.com:443");
  const inner = tlsConnect({ socket, servername: "feeds.example.com", ca, ALPNProtocols: [protocol] });
  await new Promise((resolve, reject) => void inner.once("secureConnect", resolve).once("error", reject));
  return inner;
}

const closed = (socket: Socket): Promise<unknown> =>
  new Promise(
    (resolve) =>
      void socket
        .once("close", resolve)
        .on("error", () => {})
        .resume(),
  );

async function seen(it: Fixture, count: number): Promise<unknown[]> {
  await expect.poll(() => it.records().length).toBe(count);
  return it.records().map(({ index, method, url, status, reason, unread }) => [index, method, url, status, reason, unread]);
}

test("a user in `:authority` is reset, and the request is in the journal", async () => {
  await using it = await openFixture({ indexes: [SECURE] });
  const socket = await secured(it, "h2");
  const session = h2connect("https://feeds.example.com", { createConnection: () => socket });
  const codes: (number | undefined)[] = [];
  for (const authority of ["feeds.example.com", "alice:secret@feeds.example.com", "feeds.example.com"]) {
    const stream = session.request({ ":path": "/a/simple/sandbox/", ":authority": authority, "user-agent": "uv/1" });
    await new Promise(
      (resolve) =>
        void stream
          .once("close", resolve)
          .on("error", () => {})
          .resume(),
    );
    codes.push(stream.rstCode);
  }
  session.destroy();
  expect(codes).toEqual([0, 1, 0]);
  const url = "https://feeds.example.com/a/simple/sandbox/";
  expect(await seen(it, 3)).toEqual([
    ["private", "GET", url, 401, undefined, undefined],
    [
      "private",
      "GET",
      url,
      0,
      "HTTP/2 reset the stream with error code 1: a user in `:authority` is forbidden (RFC 9113, 8.3.1)",
      undefined,
    ],
    ["private", "GET", url, 401, undefined, undefined],
  ]);
});

/** Begins a handshake by hand, and then says that it does not know the authority, or leaves in silence as old releases do. */
async function distrust(it: Fixture, says = true): Promise<void> {
  const hello: Buffer[] = [];
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _, done) {
      hello.push(chunk);
      done();
    },
  });
  const client = tlsConnect({ socket, servername: "feeds.example.com", maxVersion: "TLSv1.2" }).on("error", () => {});
  await expect.poll(() => hello.length).toBeGreaterThan(0);
  client.destroy();
  const tunnel = await openTunnel(new URL(it.gateway.proxyUrl ?? ""), "feeds.example.com:443");
  tunnel.write(Buffer.concat(hello));
  await new Promise((resolve) => void tunnel.once("data", resolve));
  const alert = Buffer.from([0x15, 3, 3, 0, 2, 2, 48]);
  if (says) tunnel.write(alert);
  else tunnel.end();
  await closed(tunnel);
}

test("a client that does not trust us: something may be missing, unless the step takes the trust away", async () => {
  await using it = await openFixture({ indexes: [SECURE] });
  it.gateway.beginStep(0);
  await distrust(it);
  it.gateway.beginStep(1, false);
  await distrust(it);
  expect(await seen(it, 2)).toMatchInlineSnapshot(`
    [
      [
        "private",
        "CONNECT",
        "https://feeds.example.com/",
        0,
        "the TLS handshake failed: the client said “unknown ca”",
        {
          "expected": false,
          "indexes": [
            "private",
          ],
        },
      ],
      [
        "private",
        "CONNECT",
        "https://feeds.example.com/",
        0,
        "the TLS handshake failed: the client said “unknown ca”",
        {
          "expected": true,
          "indexes": [
            "private",
          ],
        },
      ],
    ]
  `);
  expect(it.troubles).toEqual([]);
});

test("a client that leaves in the handshake without a word is in the journal when the step has ended", async () => {
  await using it = await openFixture({ indexes: [SECURE] });
  it.gateway.beginStep(0);
  await distrust(it, false);
  await it.gateway.endStep();
  expect(it.records().map(({ reason }) => reason)).toEqual(["the client closed the connection during the TLS handshake"]);
});

test("a line that is no HTTP, and connections that end within a request or before they speak", async () => {
  await using it = await openFixture({ indexes: [SECURE] });
  const malformed = await secured(it, "http/1.1");
  malformed.write("GET /a b HTTP/1.1\r\n\r\n");
  await closed(malformed);
  await seen(it, 1);
  const half = await secured(it, "http/1.1");
  half.end("GET /a/simple/sandbox/ HTTP/1.1\r\nHost: feeds");
  await closed(half);
  await seen(it, 2);
  const silent = await openTunnel(new URL(it.gateway.proxyUrl ?? ""), "feeds.example.com:443");
  silent.end();
  await closed(silent);
  await seen(it, 3);
  const nonsense = await secured(it, "h2");
  nonsense.end("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x05\x01\0\0\0\0\x01half");
  await closed(nonsense);
  const entries = await seen(it, 4);
  const reasons = entries.map((entry) => String((entry as unknown[])[4]));
  expect(reasons.slice(0, 3)).toMatchInlineSnapshot(`
    [
      "HTTP/1.1 cannot be read: Expected HTTP/, RTSP/ or ICE/",
      "HTTP/1.1 cannot be read: Invalid EOF state",
      "the client closed the connection before it said anything",
    ]
  `);
  expect(reasons[3]).toMatch(/^(HTTP\/2 ended the connection with error code 1|the client closed the connection within a request)$/);
  expect(it.records().every(({ unread }) => unread?.expected === false && unread.indexes?.join() === "private")).toBe(true);
});

test("a connection that is opened and never used is none: clients open some to spare", async () => {
  await using it = await openFixture({ indexes: [SECURE] });
  for (const protocol of ["h2", "http/1.1"] as const) {
    const idle = await secured(it, protocol);
    idle.end(protocol === "h2" ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0" : "");
    await closed(idle);
  }
  await it.ask("https://feeds.example.com/a/simple/sandbox/", { http: "2.0" });
  expect(it.records().map(({ status }) => status)).toEqual([401]);
});

test("a client that connects and asks nothing of a host in a step has given up: TLS 1.3 lets it distrust us in silence", async () => {
  await using it = await openFixture({ indexes: [SECURE] });
  for (const step of [0, 1]) {
    it.gateway.beginStep(step);
    const silent = await secured(it, "h2");
    silent.end();
    await closed(silent);
    // The first step asks the host as well.
    if (step === 0) await it.ask("https://feeds.example.com/a/simple/sandbox/", { http: "2.0" });
  }
  it.gateway.beginStep(2, false);
  const distrusting = await secured(it, "http/1.1");
  distrusting.end();
  await closed(distrusting);
  await seen(it, 3);
  const reason = "the client closed the connection before it asked anything";
  expect(it.records().map((record) => [record.step, record.status, record.reason, record.unread?.expected])).toEqual([
    [0, 401, undefined, undefined],
    [1, 0, reason, false],
    [2, 0, reason, true],
  ]);
});

test("a connection to the proxy that says nothing may have meant any host, where the step asked nothing else", async () => {
  await using it = await openFixture({ indexes: [SECURE] });
  const { hostname, port } = new URL(it.gateway.proxyUrl ?? "");
  for (const step of [0, 1]) {
    it.gateway.beginStep(step);
    const silent = connect(Number(port), hostname);
    await once(silent, "connect");
    silent.end();
    await closed(silent);
    if (step === 0) await it.ask("https://feeds.example.com/a/simple/sandbox/");
  }
  await seen(it, 2);
  expect(it.records().map(({ step, status, url, unread }) => [step, status, url, unread?.indexes])).toEqual([
    [0, 401, "https://feeds.example.com/a/simple/sandbox/", undefined],
    [1, 0, "", null],
  ]);
});

test("an answer that is still out when the journal is read counts as none", async () => {
  const faults = [{ kind: "delay", delayMs: 60_000, for: "any", when: "always" }] as const;
  await using it = await openFixture({ indexes: [indexOf({ faults })] });
  const asked = it.ask("http://feeds.example.com/a/simple/sandbox/").catch(() => null);
  expect(await seen(it, 1)).toMatchInlineSnapshot(`
    [
      [
        "private",
        "GET",
        "http://feeds.example.com/a/simple/sandbox/",
        0,
        "no answer was sent in time",
        undefined,
      ],
    ]
  `);
  await it[Symbol.asyncDispose]();
  await asked;
});
