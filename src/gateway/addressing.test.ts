import { expect, test } from "vitest";
import { fileOf, indexOf, openFixture } from "../../test/gateway-fixture.ts";

/** Everything about a run at the loopback address but its port. */
function portless(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT");
}

test("at the loopback address every index keeps the shape of its paths", async () => {
  const indexes = [
    indexOf({ name: "plain", url: "https://a.example.com/simple/" }),
    indexOf({
      name: "git.lab",
      flavour: "gitlab",
      url: "https://gitlab.example.com/api/v4/projects/a%2Fb/packages/pypi/simple/",
      options: { id: 7 },
    }),
    indexOf({ name: "feed", flavour: "azure-devops", url: "https://feeds.example.com/acme/_packaging/main/pypi/simple/" }),
    indexOf({ name: "relative", flavour: "nexus", url: "https://nexus.example.com/repository/r/simple/", users: [] }),
  ];
  const files = Object.fromEntries([...indexes, { name: "default" }].map(({ name }) => [name, [fileOf("sandbox")]]));
  await using it = await openFixture({ indexes, files, mode: "loopback" });
  expect([it.gateway.proxyUrl, it.gateway.caPem]).toEqual([null, ""]);
  const login = (index: string): string => `good:${it.secret("good", index)}`;
  const seen: string[] = [];
  for (const name of ["plain", "git.lab", "feed", "relative", "default"]) {
    const as = ["relative", "default"].includes(name) ? "nobody" : login(name);
    const page = await it.ask(`${it.gateway.urlOf(name)}sandbox/`, { as });
    const [, href = ""] = /href="([^"#]+)/.exec(page.text) ?? [];
    const url = new URL(href, `${it.gateway.urlOf(name)}sandbox/`).href;
    const file = await it.ask(url, { as });
    seen.push(`${it.gateway.urlOf(name)}: ${href} ${file.status} ${file.headers["location"] ?? file.text}`);
    if (file.headers["location"] !== undefined) seen.push((await it.ask(String(file.headers["location"]))).text);
    expect(it.gateway.fileUrlOf(name, "sandbox")).toBe(url);
  }
  const missing = await it.ask(`${it.gateway.urlOf("git.lab")}absent/`, { as: login("git.lab") });
  seen.push(String(missing.headers["location"]));
  expect(seen.map(portless)).toMatchInlineSnapshot(`
    [
      "http://127.0.0.1:PORT/plain/simple/: http://127.0.0.1:PORT/plain/simple/sandbox/sandbox-1.0.0-py3-none-any.whl 200 the bytes of sandbox-1.0.0-py3-none-any.whl",
      "http://127.0.0.1:PORT/git.lab/api/v4/projects/a%2Fb/packages/pypi/simple/: http://127.0.0.1:PORT/git.lab/api/v4/projects/7/packages/pypi/files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl 200 the bytes of sandbox-1.0.0-py3-none-any.whl",
      "http://127.0.0.1:PORT/feed/acme/_packaging/main/pypi/simple/: http://127.0.0.1:PORT/feed/acme/_packaging/c8bc2586-cdd8-4cd6-a970-fc4262c4bbc4/pypi/download/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl 303 http://127.0.0.1:PORT/feed@blob.feeds.example.com/c8bc2586-cdd8-4cd6-a970-fc4262c4bbc4/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl?sv=2019-07-07&sr=b&sp=r",
      "the bytes of sandbox-1.0.0-py3-none-any.whl",
      "http://127.0.0.1:PORT/relative/repository/r/simple/: ../../packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl 200 the bytes of sandbox-1.0.0-py3-none-any.whl",
      "http://127.0.0.1:PORT/default/simple/: http://127.0.0.1:PORT/default/packages/3e/22/3feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl 200 the bytes of sandbox-1.0.0-py3-none-any.whl",
      "http://127.0.0.1:PORT/default/simple/absent/",
    ]
  `);
  expect(it.records().map(({ index, url }) => `${index} ${portless(url)}`)).toMatchInlineSnapshot(`
    [
      "plain http://127.0.0.1:PORT/plain/simple/sandbox/",
      "plain http://127.0.0.1:PORT/plain/simple/sandbox/sandbox-1.0.0-py3-none-any.whl",
      "git.lab http://127.0.0.1:PORT/git.lab/api/v4/projects/a%2Fb/packages/pypi/simple/sandbox/",
      "git.lab http://127.0.0.1:PORT/git.lab/api/v4/projects/7/packages/pypi/files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl",
      "feed http://127.0.0.1:PORT/feed/acme/_packaging/main/pypi/simple/sandbox/",
      "feed http://127.0.0.1:PORT/feed/acme/_packaging/c8bc2586-cdd8-4cd6-a970-fc4262c4bbc4/pypi/download/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      "feed http://127.0.0.1:PORT/feed@blob.feeds.example.com/c8bc2586-cdd8-4cd6-a970-fc4262c4bbc4/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl?sv=2019-07-07&sr=b&sp=r",
      "relative http://127.0.0.1:PORT/relative/repository/r/simple/sandbox/",
      "relative http://127.0.0.1:PORT/relative/repository/r/packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      "null http://127.0.0.1:PORT/default/simple/sandbox/",
      "null http://127.0.0.1:PORT/default/packages/3e/22/3feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl",
      "git.lab http://127.0.0.1:PORT/git.lab/api/v4/projects/a%2Fb/packages/pypi/simple/absent/",
    ]
  `);
});

test("the default index is itself, even if its declared address is another's", async () => {
  const files = { private: [fileOf("x", "1.0")], default: [fileOf("x", "2.0")] };
  const url = "https://h.example.com/simple/";
  await using it = await openFixture({ indexes: [indexOf({ url, users: [] })], files, defaultIndex: { url }, mode: "loopback" });
  expect((await it.ask(`${it.gateway.urlOf("default")}x/`)).text).toContain("x-2.0-py3-none-any.whl");
  expect((await it.ask(`${it.gateway.urlOf("private")}x/`)).text).toContain("x-1.0-py3-none-any.whl");
  expect(it.records().map(({ index }) => index)).toEqual([null, "private"]);
});

test("a project's file is its wheel, if it has one", async () => {
  const sdist = fileOf("x", "1.0", { filename: "x-1.0.tar.gz" });
  await using it = await openFixture({ files: { private: [sdist, fileOf("y", "1.0", { filename: "y-1.0.tar.gz" }), fileOf("x", "1.0")] } });
  expect(it.gateway.fileUrlOf("private", "x")).toMatch(/x-1\.0-py3-none-any\.whl$/);
  expect(it.gateway.fileUrlOf("private", "y")).toMatch(/y-1\.0\.tar\.gz$/);
});

test("a path of our own that is no index's, and a request without a proxy's form, are refused, and no index is asked", async () => {
  await using loopback = await openFixture({ mode: "loopback" });
  const address = new URL(loopback.gateway.urlOf("private")).origin;
  expect((await loopback.ask(`${address}/nobody/simple/`)).status).toBe(400);
  await using proxied = await openFixture();
  expect((await fetch(`${proxied.gateway.proxyUrl}/a/simple/`)).status).toBe(400);
  const seen = [loopback, proxied].map((it) => it.records().map(({ index, status, reason }) => [index, status, reason]));
  const refused = [null, 400, "it names no host and no index"];
  expect(seen).toEqual([[refused], [refused]]);
});

test("behind the proxy, URLs are as they were declared", async () => {
  await using it = await openFixture({ indexes: [indexOf({ url: "https://h.example.com:8443/a%2Fb/simple/" })] });
  expect([it.gateway.urlOf("private"), it.gateway.urlOf("default"), it.gateway.fileUrlOf("private", "Sandbox")]).toMatchInlineSnapshot(`
    [
      "https://h.example.com:8443/a%2Fb/simple/",
      "https://default.example/simple/",
      "https://h.example.com:8443/a%2Fb/simple/sandbox/sandbox-1.0.0-py3-none-any.whl",
    ]
  `);
  expect(() => it.gateway.fileUrlOf("private", "absent")).toThrow("private has no file of absent");
  expect(() => it.gateway.urlOf("nobody")).toThrow("no index is named nobody");
});
