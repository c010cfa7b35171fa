import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { type Fixture, fileOf, indexOf, openFixture, uploadOf } from "../../test/gateway-fixture.ts";
import { localServer } from "../../test/local-server.ts";

interface Behind {
  readonly fixture: Fixture;
  readonly seen: readonly string[];
}

/** A server with a few of pypiserver's habits; the real one is in `backend/`. */
async function withServer(options: { url: string; mode?: "loopback" }, use: (behind: Behind) => Promise<void>): Promise<void> {
  const seen: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    seen.push(
      `${request.method} ${request.url} as ${loginOf(request)} for ${request.headers.host} ${request.headers.range ?? ""}${body.length > 0 ? "+body" : ""}`,
    );
    const path = (request.url ?? "").replace("/_index/1", "");
    if (loginOf(request) === null) return void response.writeHead(401, { "www-authenticate": 'Basic realm="pypi"' }).end();
    if (!loginOf(request)?.startsWith("good:uvmre-good")) return void response.writeHead(403).end();
    if (path.endsWith("/sandbox")) return void response.writeHead(301, { location: `http://${request.headers.host}${path}/` }).end();
    if (path.endsWith("/absent/")) return void response.writeHead(303, { location: "https://elsewhere.example/simple/absent/" }).end();
    if (path.endsWith(".whl")) return void response.writeHead(206, { "content-range": "bytes 0-1/9", "content-length": 2 }).end("by");
    const mount = path.replace(/simple\/.*$/, "");
    const page = `<a href="${mount}packages/sandbox-1.0.whl#sha256=00">sandbox</a>`;
    response
      .writeHead(200, { "content-type": "text/html; charset=UTF-8", "content-length": page.length })
      .end(request.method === "HEAD" ? "" : page);
  };
  await using server = await localServer((request, response) => void answer(request, response));
  const url = `http://127.0.0.1:${server.port}/_index/1`;
  await using fixture = await openFixture({
    indexes: [indexOf({ flavour: "pypiserver", backend: "pypiserver", url: options.url })],
    sources: { private: { kind: "upstream", url } },
    ...(options.mode === undefined ? {} : { mode: options.mode }),
  });
  await use({ fixture, seen });
}

function loginOf(request: IncomingMessage): string | null {
  const header = request.headers.authorization;
  return header === undefined ? null : Buffer.from(header.replace("Basic ", ""), "base64").toString();
}

test("the server behind decides; the journal still knows who asked", async () => {
  await withServer({ url: "https://feeds.example.com/acme/simple/" }, async ({ fixture, seen }) => {
    const at = "https://feeds.example.com/acme/simple/";
    const lines = [];
    for (const [path, as, method] of [
      ["sandbox/", "nobody", "GET"],
      ["sandbox/", "good:", "GET"],
      ["sandbox/", "guest", "GET"],
      ["sandbox/", "good", "GET"],
      ["sandbox/", "good", "HEAD"],
      ["sandbox", "good", "GET"],
      ["absent/", "good", "GET"],
      ["../packages/sandbox-1.0.whl", "good", "GET"],
    ] as const) {
      const { status, headers, text: body } = await fixture.ask(new URL(path, at).href, { as, method, headers: { range: "bytes=0-1" } });
      const told = headers["location"] ?? headers["www-authenticate"] ?? headers["content-range"] ?? "";
      lines.push(`${method} ${path} as ${as}: ${status} ${told} ${headers["content-length"]} ${body}`);
    }
    await fixture.ask(new URL("..", at).href, { as: "good", method: "POST", body: uploadOf(fileOf("new")) });
    expect(lines).toMatchInlineSnapshot(`
      [
        "GET sandbox/ as nobody: 401 Basic realm="pypi" 0 ",
        "GET sandbox/ as good:: 403  0 ",
        "GET sandbox/ as guest: 403  0 ",
        "GET sandbox/ as good: 200  62 <a href="/acme/packages/sandbox-1.0.whl#sha256=00">sandbox</a>",
        "HEAD sandbox/ as good: 200  62 ",
        "GET sandbox as good: 301 https://feeds.example.com/acme/simple/sandbox/ 0 ",
        "GET absent/ as good: 303 https://elsewhere.example/simple/absent/ 0 ",
        "GET ../packages/sandbox-1.0.whl as good: 206 bytes 0-1/9 2 by",
      ]
    `);
    expect(fixture.records().map(({ status, authorization, secret, location }) => `${status} ${authorization} ${secret} ${location}`))
      .toMatchInlineSnapshot(`
      [
        "401 none null null",
        "403 user-only null null",
        "403 good private.guest null",
        "200 good private.good null",
        "200 good private.good null",
        "301 good private.good https://feeds.example.com/acme/simple/sandbox/",
        "303 good private.good https://elsewhere.example/simple/absent/",
        "206 good private.good null",
        "200 good private.good null",
      ]
    `);
    expect(seen.map((line) => line.replaceAll(/uvmre-good-private-(\S+)-0123456789abcdef/g, "<$1>"))).toMatchInlineSnapshot(`
      [
        "GET /_index/1/acme/simple/sandbox/ as null for feeds.example.com bytes=0-1",
        "GET /_index/1/acme/simple/sandbox/ as good: for feeds.example.com bytes=0-1",
        "GET /_index/1/acme/simple/sandbox/ as guest:<guest> for feeds.example.com bytes=0-1",
        "GET /_index/1/acme/simple/sandbox/ as good:<good> for feeds.example.com bytes=0-1",
        "HEAD /_index/1/acme/simple/sandbox/ as good:<good> for feeds.example.com bytes=0-1",
        "GET /_index/1/acme/simple/sandbox as good:<good> for feeds.example.com bytes=0-1",
        "GET /_index/1/acme/simple/absent/ as good:<good> for feeds.example.com bytes=0-1",
        "GET /_index/1/acme/packages/sandbox-1.0.whl as good:<good> for feeds.example.com bytes=0-1",
        "POST /_index/1/acme/ as good:<good> for feeds.example.com +body",
      ]
    `);
    expect(fixture.troubles).toEqual([]);
  });
});

test("at the loopback address its links lead back to us", async () => {
  await withServer({ url: "https://feeds.example.com/acme/simple/", mode: "loopback" }, async ({ fixture }) => {
    const page = await fixture.ask(`${fixture.gateway.urlOf("private")}sandbox/`, { as: "good" });
    const moved = await fixture.ask(`${fixture.gateway.urlOf("private")}sandbox`, { as: "good" });
    const port = new URL(fixture.gateway.urlOf("private")).port;
    expect([page.text, moved.headers["location"]].map((each) => String(each).replace(port, "PORT"))).toMatchInlineSnapshot(`
      [
        "<a href="http://127.0.0.1:PORT/private/acme/packages/sandbox-1.0.whl#sha256=00">sandbox</a>",
        "http://127.0.0.1:PORT/private/acme/simple/sandbox/",
      ]
    `);
  });
});

test("a user whom a fault revoked is refused by the server itself", async () => {
  await withServer({ url: "http://feeds.example.com/simple/" }, async ({ fixture }) => {
    fixture.gateway.apply({ kind: "user-state", index: "private", user: "good", state: "revoked" });
    expect((await fixture.ask("http://feeds.example.com/simple/sandbox/", { as: "good" })).status).toBe(403);
    expect(fixture.records()[0]?.authorization).toBe("stale");
  });
});

test("a server that is not there is trouble, and no answer", async () => {
  await using it = await openFixture({ sources: { private: { kind: "upstream", url: "http://127.0.0.1:1" } } });
  await expect(it.ask("http://feeds.example.com/a/simple/sandbox/")).rejects.toThrow(/hang up|ECONNRESET|aborted/);
  expect([it.records().map(({ status }) => status), it.troubles]).toEqual([[0], [expect.stringContaining("ECONNREFUSED")]]);
});
