import { once } from "node:events";
import { connect as tcpConnect, type Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Fixture, indexOf, openFixture, openTunnel } from "../../test/gateway-fixture.ts";

const PAGE = "https://feeds.example.com/a/simple/sandbox/";
const index = indexOf({ url: "https://feeds.example.com/a/simple/" });

const piece = fc.constantFrom(
  "GET /a/simple/sandbox/ HTTP/1.1\r\n",
  "GET http://feeds.example.com/a/simple/sandbox/ HTTP/1.1\r\n",
  "CONNECT feeds.example.com:443 HTTP/1.1\r\n",
  "CONNECT :0 HTTP/1.1\r\n\r\n",
  "POST /a/simple/ HTTP/1.0\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "Host: feeds.example.com\r\n",
  "Host: feeds.example.com@evil.example.com, :\r\n",
  "Authorization: Basic %%%\r\n",
  "Authorization: Bearer\r\n",
  "Content-Length: 5\r\n",
  "Content-Length: -1\r\n",
  "Content-Length: 99999999999999999999\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: chunked, identity\r\n",
  "Range: bytes=9-1,-,a\r\n",
  "Accept: ;;;q=,\r\n",
  "\r\n",
  "\n",
  "\r",
  "0\r\n\r\n",
  "ffffffffffffffff\r\n",
  "\u0000",
  `X-Long: ${"x".repeat(20_000)}\r\n`,
  "A: b\r\n".repeat(3_000),
  "\u0016\u0003\u0001\u0000\u0005\u0001",
);
const http1 = fc.array(fc.oneof(piece, fc.string()), { minLength: 1, maxLength: 8 }).map((parts) => Buffer.from(parts.join(""), "latin1"));

/** Frames of HTTP/2, most with a type, flags, a stream and a length that fit nothing. */
const frame = fc
  .record({ type: fc.nat(12), flags: fc.nat(255), stream: fc.oneof(fc.nat(5), fc.nat()), payload: fc.uint8Array({ maxLength: 64 }) })
  .map(({ type, flags, stream, payload }) => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head.writeUInt8(type, 3);
    head.writeUInt8(flags, 4);
    head.writeUInt32BE(stream & 0x7fffffff, 5);
    return Buffer.concat([head, payload]);
  });
const http2 = fc
  .tuple(fc.boolean(), fc.array(fc.oneof(frame, fc.uint8Array({ maxLength: 32 })), { maxLength: 8 }))
  .map(([begins, frames]) => Buffer.concat([Buffer.from(begins ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" : ""), ...frames]));

async function plain(it: Fixture): Promise<Socket> {
  const socket = tcpConnect(Number(new URL(it.gateway.proxyUrl ?? "").port), "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

async function inside(it: Fixture, protocol: "h2" | "http/1.1"): Promise<Socket> {
  const socket = tlsConnect({
    socket: await openTunnel(new URL(it.gateway.proxyUrl ?? ""), "feeds.example.com:443"),
    servername: "feeds.example.com",
    ca: it.gateway.caPem,
    ALPNProtocols: [protocol],
  });
  await once(socket, "secureConnect");
  return socket;
}

/** Says it, in pieces where `cuts` has some, and has the gateway answer a sound request while that one hangs. */
async function said(it: Fixture, socket: Socket, bytes: Buffer, cut: number): Promise<void> {
  socket.on("error", () => undefined);
  socket.resume();
  const at = bytes.length === 0 ? 0 : cut % bytes.length;
  socket.write(bytes.subarray(0, at));
  expect((await it.ask(PAGE, { as: "good" })).status).toBe(200);
  if (!socket.destroyed) socket.end(bytes.subarray(at));
  expect((await it.ask(PAGE, { as: "good", http: "2.0" })).status).toBe(200);
  socket.destroy();
}

test.each([
  ["a proxy", plain, http1],
  ["a host, by HTTP/1.1", (it: Fixture) => inside(it, "http/1.1"), http1],
  ["a host, by HTTP/2", (it: Fixture) => inside(it, "h2"), http2],
] as const)("whatever is said to %s, others are answered, and nothing is a fault of ours", async (_, open, spoken) => {
  await using it = await openFixture({ indexes: [index] });
  await fc.assert(
    fc.asyncProperty(spoken, fc.nat(), async (bytes, cut) => {
      await said(it, await open(it), bytes, cut);
    }),
    { numRuns: 30 },
  );
  expect(it.troubles).toEqual([]);
  expect(it.records().filter(({ authorization, status }) => status === 200 && authorization !== "good")).toEqual([]);
});

test("a request hidden in another's body is never taken for one", async () => {
  await using it = await openFixture({ indexes: [index] });
  const hidden = "GET /a/simple/hidden/ HTTP/1.1\r\nHost: feeds.example.com\r\n\r\n";
  const length = fc.constantFrom(0, 4, hidden.length, hidden.length + 5);
  const coding = fc.constantFrom(
    "chunked",
    "Chunked",
    " chunked",
    "chunked\t",
    "xchunked",
    "identity",
    "chunked, chunked",
    "\u000bchunked",
  );
  const order = fc.boolean();
  await fc.assert(
    fc.asyncProperty(length, coding, order, fc.constantFrom("Transfer-Encoding", "Transfer-encoding "), async (bytes, how, first, name) => {
      const lines = [`Content-Length: ${bytes}\r\n`, `${name}: ${how}\r\n`];
      const head = `POST /a/simple/ HTTP/1.1\r\nHost: feeds.example.com\r\n${(first ? lines : lines.toReversed()).join("")}\r\n`;
      await said(it, await inside(it, "http/1.1"), Buffer.from(`${head}0\r\n\r\n${hidden}`, "latin1"), 0);
    }),
    { numRuns: 30 },
  );
  expect(it.records().filter(({ url }) => url.includes("hidden"))).toEqual([]);
  expect(it.troubles).toEqual([]);
});
