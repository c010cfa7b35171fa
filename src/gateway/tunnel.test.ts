import { request } from "node:http";
import { text } from "node:stream/consumers";
import { connect as tlsConnect } from "node:tls";
import { expect, test } from "vitest";
import { indexOf, openFixture, openTunnel } from "../../test/gateway-fixture.ts";

const SECURE = indexOf({ url: "https://feeds.example.com/a/simple/" });
const PAGE = "https://feeds.example.com/a/simple/sandbox/";
const WHEEL = `${PAGE}sandbox-1.0.0-py3-none-any.whl`;

test.each(["1.1", "2.0"] as const)("https over HTTP/%s: a page, a file, its head, a range, an upload's refusal", async (http) => {
  await using it = await openFixture({ indexes: [SECURE] });
  const page = await it.ask(PAGE, { as: "good", http });
  expect([page.status, page.httpVersion, page.certificate]).toEqual([200, http, { authorized: true, error: "" }]);
  expect((await it.ask(WHEEL, { as: "good", http })).text).toBe("the bytes of sandbox-1.0.0-py3-none-any.whl");
  const head = await it.ask(WHEEL, { as: "good", http, method: "HEAD" });
  expect([head.status, head.headers["content-length"], head.text]).toEqual([200, "43", ""]);
  const range = await it.ask(WHEEL, { as: "good", http, headers: { range: "bytes=4-8" } });
  expect([range.status, range.text, range.headers["content-length"]]).toEqual([206, "bytes", "5"]);
  expect((await it.ask(PAGE, { method: "POST", body: new FormData(), http })).status).toBe(401);
  expect(it.records().map(({ httpVersion, method, status, range: asked }) => [httpVersion, method, status, asked])).toEqual([
    [http, "GET", 200, null],
    [http, "GET", 200, null],
    [http, "HEAD", 200, null],
    [http, "GET", 206, "bytes=4-8"],
    [http, "POST", 401, null],
  ]);
  expect(it.troubles).toEqual([]);
});

test("an index that says 1.1 offers no other, its neighbours do", async () => {
  const old = indexOf({ name: "old", url: "https://old.example.com/simple/", http: "1.1", users: [] });
  await using it = await openFixture({ indexes: [SECURE, old] });
  const versions = [];
  for (const url of [PAGE, "https://old.example.com/simple/x/", "https://nobody.example.com/simple/x/"]) {
    versions.push((await it.ask(url, { http: "2.0" })).httpVersion);
  }
  expect(versions).toEqual(["2.0", "1.1", "2.0"]);
});

test("certificates: expired and untrusted ones for their index alone", async () => {
  const indexes = (["good", "expired", "untrusted"] as const).map((certificate) =>
    indexOf({ name: certificate, url: `https://${certificate}.example.com/simple/`, certificate, users: [] }),
  );
  await using it = await openFixture({ indexes });
  const seen = [];
  for (const { url } of indexes) seen.push((await it.ask(`${url}x/`)).certificate);
  expect(seen).toMatchInlineSnapshot(`
    [
      {
        "authorized": true,
        "error": "",
      },
      {
        "authorized": false,
        "error": "CERT_HAS_EXPIRED",
      },
      {
        "authorized": false,
        "error": "SELF_SIGNED_CERT_IN_CHAIN",
      },
    ]
  `);
});

test("an index that asks clients for a certificate serves those that show one, and hangs up on the others", async () => {
  await using it = await openFixture({
    indexes: [indexOf({ url: "https://mutual.example.com/simple/", clientCertificate: true, users: [] })],
  });
  const ask = async (pem: string | null): Promise<string> => {
    const socket = await openTunnel(new URL(it.gateway.proxyUrl ?? ""), "mutual.example.com:443");
    const own = pem === null ? {} : { cert: pem, key: pem };
    const secured = tlsConnect({ socket, servername: "mutual.example.com", ca: it.gateway.caPem, ALPNProtocols: ["http/1.1"], ...own });
    await new Promise<void>((resolve, reject) => void secured.once("secureConnect", resolve).once("error", reject));
    return get(secured, "/simple/sandbox/", "mutual.example.com").finally(() => secured.destroy());
  };
  expect(it.gateway.clientPem).toContain("BEGIN CERTIFICATE");
  expect(await ask(it.gateway.clientPem)).toContain("sandbox-1.0.0-py3-none-any.whl");
  await expect(ask(null)).rejects.toThrow("certificate required");
  expect(it.records().map(({ method, status, unread }) => [method, status, unread?.expected])).toEqual([
    ["GET", 200, undefined],
    ["CONNECT", 0, true],
  ]);
});

test("a host that is an address has a certificate for it, without SNI", async () => {
  await using it = await openFixture({ indexes: [indexOf({ url: "https://10.1.2.3:8443/simple/", users: [] })] });
  const socket = await openTunnel(new URL(it.gateway.proxyUrl ?? ""), "10.1.2.3:8443");
  const secured = tlsConnect({ socket, host: "10.1.2.3", ca: it.gateway.caPem, ALPNProtocols: ["http/1.1"] });
  await new Promise<void>((resolve, reject) => void secured.once("secureConnect", resolve).once("error", reject));
  const response = await get(secured, "/simple/sandbox/", "10.1.2.3:8443");
  expect(response).toContain("sandbox-1.0.0-py3-none-any.whl");
  secured.destroy();
});

test("plain http in a tunnel is told by its first byte, and is the index of that port", async () => {
  await using it = await openFixture({ indexes: [indexOf({ url: "http://feeds.example.com:8080/simple/", users: [] })] });
  const socket = await openTunnel(new URL(it.gateway.proxyUrl ?? ""), "feeds.example.com:8080");
  expect(await get(socket, "/simple/sandbox/", "feeds.example.com:8080")).toContain("sandbox-1.0.0");
  expect(it.records().map(({ index, url }) => [index, url])).toEqual([["private", "http://feeds.example.com:8080/simple/sandbox/"]]);
  socket.destroy();
});

test("a client that leaves in the handshake leaves no trouble", async () => {
  await using it = await openFixture({ indexes: [indexOf({ url: "https://feeds.example.com/simple/", certificate: "untrusted" })] });
  const socket = await openTunnel(new URL(it.gateway.proxyUrl ?? ""), "feeds.example.com:443");
  const secured = tlsConnect({ socket, servername: "feeds.example.com", ca: it.gateway.caPem });
  const error = await new Promise<Error>((resolve) => void secured.once("error", resolve));
  expect(error.message).toMatchInlineSnapshot(`"self-signed certificate in certificate chain"`);
  expect([it.troubles, it.records()]).toEqual([[], []]);
});

test("nonsense after CONNECT, and CONNECT to nonsense, end the connection", async () => {
  await using it = await openFixture({ indexes: [SECURE] });
  const proxy = new URL(it.gateway.proxyUrl ?? "");
  const socket = await openTunnel(proxy, "feeds.example.com:443");
  socket.write("\x16\x03garbage that is no handshake at all");
  await new Promise((resolve) => void socket.once("close", resolve));
  await expect(openTunnel(proxy, "no host at all")).rejects.toThrow("the tunnel was refused");
  expect(it.troubles).toEqual([]);
});

async function get(socket: import("node:net").Socket, path: string, host: string): Promise<string> {
  const response = await new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
    request({ createConnection: () => socket, path, headers: { host } }, resolve)
      .on("error", reject)
      .end();
  });
  return await text(response);
}
