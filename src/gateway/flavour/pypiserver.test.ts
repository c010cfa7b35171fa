import { expect, test } from "vitest";
import { askRows, fileOf, indexOf, openFixture, uploadOf } from "../../../test/gateway-fixture.ts";
import { pypiserver } from "./pypiserver.ts";

const files = { private: [fileOf("sandbox", "1.10"), fileOf("sandbox", "1.9"), fileOf("dep", "1.9.0")] };

test("every row, over the wire", async () => {
  const index = indexOf({ flavour: "pypiserver", url: "http://feeds.example.com/simple/" });
  await using it = await openFixture({ indexes: [index], files });
  const shown = await askRows(it, index, pypiserver.table, {
    "GET ROOT/simple/": ["GET . as good"],
    "GET ROOT/simple/NAME/": ["GET sandbox/ as good", ["GET dep/ as good", { headers: { accept: "application/vnd.pypi.simple.v1+json" } }]],
    "GET ROOT/simple/NAME, ROOT/simple/Not.Normal/, ROOT/packages": [
      "GET sandbox as good",
      "GET Sand.Box/ as good",
      "GET /packages as good",
      "GET /simple as good",
    ],
    "GET ROOT/simple/ABSENT/": ["GET absent/ as good"],
    "GET ROOT/packages/": ["GET /packages/ as good"],
    "GET ROOT/packages/FILE": [
      "GET /packages/dep-1.9.0-py3-none-any.whl as good",
      "HEAD /packages/dep-1.9.0-py3-none-any.whl as good",
      ["GET /packages/dep-1.9.0-py3-none-any.whl as good", { headers: { range: "bytes=1-2" } }],
      ["GET /packages/dep-1.9.0-py3-none-any.whl as good", { headers: { range: "bytes=999-" } }],
      "GET /packages/dep-1.9.0-py3-none-any.whl.metadata as good",
    ],
    "GET ROOT/NAME/": ["GET /sandbox/ as good"],
    "GET ROOT/, ROOT/NAME/, ROOT/health, other paths": ["GET /", "GET /sandbox/", "GET /health", "GET /nothing/at/all", "GET /favicon.ico"],
    "POST ROOT/": [
      ["POST / as good", { body: uploadOf(fileOf("new")) }],
      ["POST / as good", { body: uploadOf(fileOf("new")) }],
      "POST / as good",
      ["POST /", { body: uploadOf(fileOf("new")) }],
      ["POST / as good", { body: uploadOf(fileOf("undigested"), { sha256_digest: "00" }) }],
    ],
    "what `authenticate` leaves out: list, download or update": [],
    "any, without Basic credentials": ["GET sandbox/", "GET sandbox/ as Bearer good", "GET /packages/dep-1.9.0-py3-none-any.whl"],
    "any, with wrong or empty credentials": [
      "GET sandbox/ as good:wrong",
      "GET sandbox/ as good:",
      "GET sandbox/ as other:<good>",
      "GET sandbox/ as expired",
      "GET sandbox/ as revoked",
      "GET sandbox/ as no-access",
      "GET sandbox/ as guest",
    ],
    "other methods than GET and HEAD": ["DELETE . as good"],
  });
  expect(shown).toMatchInlineSnapshot(`
    "GET ROOT/simple/: 200, list of projects
      GET . as good → 200
        <a href="dep/">
        <a href="sandbox/">
    GET ROOT/simple/NAME/: 200, hrefs /packages/FILE#sha256=…, by version; no PEP 691
      GET sandbox/ as good → 200
        <a href="/packages/sandbox-1.9-py3-none-any.whl#sha256=d9e2e911ebcefe1eae829f59bc20b067cd9ab807dddc7ba1891db28489b854c0">
        <a href="/packages/sandbox-1.10-py3-none-any.whl#sha256=8d8f811cb260118e4b1a3cefb612e5bf04c5aa9cc84e0955147d55cf40b6f38c">
      GET dep/ as good {"accept":"application/vnd.pypi.simple.v1+json"} → 200
        <a href="/packages/dep-1.9.0-py3-none-any.whl#sha256=9c50657144cf5d2255188d2f7263caf33b3e17c30b7e87ca3689c4c5d3950274">
    GET ROOT/simple/NAME, ROOT/simple/Not.Normal/, ROOT/packages: 301
      GET sandbox as good → 301, location: http://feeds.example.com/simple/sandbox/
      GET Sand.Box/ as good → 301, location: http://feeds.example.com/simple/sand-box/
      GET /packages as good → 301, location: http://feeds.example.com/packages/
      GET /simple as good → 301, location: http://feeds.example.com/simple/
    GET ROOT/simple/ABSENT/: 404, or 303 to the fallback where one is set
      GET absent/ as good → 404
    GET ROOT/packages/: 200, every file
      GET /packages/ as good → 200
        <a href="/packages/dep-1.9.0-py3-none-any.whl#sha256=9c50657144cf5d2255188d2f7263caf33b3e17c30b7e87ca3689c4c5d3950274">
        <a href="/packages/sandbox-1.9-py3-none-any.whl#sha256=d9e2e911ebcefe1eae829f59bc20b067cd9ab807dddc7ba1891db28489b854c0">
        <a href="/packages/sandbox-1.10-py3-none-any.whl#sha256=8d8f811cb260118e4b1a3cefb612e5bf04c5aa9cc84e0955147d55cf40b6f38c">
    GET ROOT/packages/FILE: 200, 206, 416; no PEP 658
      GET /packages/dep-1.9.0-py3-none-any.whl as good → 200, accept-ranges: bytes
      HEAD /packages/dep-1.9.0-py3-none-any.whl as good → 200, accept-ranges: bytes
      GET /packages/dep-1.9.0-py3-none-any.whl as good {"range":"bytes=1-2"} → 206, accept-ranges: bytes, content-range: bytes 1-2/39
      GET /packages/dep-1.9.0-py3-none-any.whl as good {"range":"bytes=999-"} → 416, accept-ranges: bytes, content-range: bytes */39
      GET /packages/dep-1.9.0-py3-none-any.whl.metadata as good → 404
    GET ROOT/NAME/: 303 to ROOT/simple/NAME/
      GET /sandbox/ as good → 303, location: http://feeds.example.com/simple/sandbox/
    GET ROOT/, ROOT/NAME/, ROOT/health, other paths: 200, 303, 200, 404: to anybody
      GET / → 200
      GET /sandbox/ → 303, location: http://feeds.example.com/simple/sandbox/
      GET /health → 200
      GET /nothing/at/all → 404
      GET /favicon.ico → 404
    POST ROOT/: 200; duplicate 409, incomplete 400
      POST / as good → 200
      POST / as good → 409
      POST / as good → 400
      POST / → 401, www-authenticate: Basic realm="pypi"
      POST / as good → 200
    what \`authenticate\` leaves out: list, download or update: given to anybody
    any, without Basic credentials: 401, Basic realm="pypi"
      GET sandbox/ → 401, www-authenticate: Basic realm="pypi"
      GET sandbox/ as Bearer good → 401, www-authenticate: Basic realm="pypi"
      GET /packages/dep-1.9.0-py3-none-any.whl → 401, www-authenticate: Basic realm="pypi"
    any, with wrong or empty credentials: 403, no challenge
      GET sandbox/ as good:wrong → 403
      GET sandbox/ as good: → 403
      GET sandbox/ as other:<good> → 403
      GET sandbox/ as expired → 403
      GET sandbox/ as revoked → 403
      GET sandbox/ as no-access → 403
      GET sandbox/ as guest → 200
        <a href="/packages/sandbox-1.9-py3-none-any.whl#sha256=d9e2e911ebcefe1eae829f59bc20b067cd9ab807dddc7ba1891db28489b854c0">
        <a href="/packages/sandbox-1.10-py3-none-any.whl#sha256=8d8f811cb260118e4b1a3cefb612e5bf04c5aa9cc84e0955147d55cf40b6f38c">
    other methods than GET and HEAD: 405
      DELETE . as good → 405, allow: GET, HEAD, POST"
  `);
});

test("public gates uploads alone; a fallback redirects", async () => {
  const index = indexOf({ flavour: "pypiserver", url: "http://feeds.example.com/pypi/simple/", public: true, options: { fallback: true } });
  await using it = await openFixture({ indexes: [index], files });
  const at = (path: string): string => new URL(path, index.url).href;
  const upload = await it.ask(at("../"), { method: "POST", body: uploadOf(fileOf("new")) });
  const absent = await it.ask(at("absent/"));
  const page = await it.ask(at("dep/"));
  expect([upload.status, absent.status, absent.headers["location"], page.text]).toMatchInlineSnapshot(`
    [
      401,
      303,
      "https://fallback.example/simple/absent/",
      "<!DOCTYPE html>
    <html lang="en">
        <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Links for dep</title>
        </head>
        <body>
            <h1>Links for dep</h1>
                <a href="/pypi/packages/dep-1.9.0-py3-none-any.whl#sha256=9c50657144cf5d2255188d2f7263caf33b3e17c30b7e87ca3689c4c5d3950274">dep-1.9.0-py3-none-any.whl</a><br>
        </body>
    </html>
        ",
    ]
  `);
});

test.each([
  { authenticate: "list,download,update", statuses: [401, 401, 401] },
  { authenticate: "update", statuses: [200, 200, 401] },
  { authenticate: "download,update", statuses: [200, 401, 401] },
  { authenticate: "list", statuses: [401, 200, 200] },
])("list, download and update are gated separately: $authenticate", async ({ authenticate, statuses }) => {
  const index = indexOf({ flavour: "pypiserver", url: "http://feeds.example.com/simple/", options: { authenticate } });
  await using it = await openFixture({ indexes: [index], files });
  const page = await it.ask(`${index.url}sandbox/`);
  const file = await it.ask("http://feeds.example.com/packages/dep-1.9.0-py3-none-any.whl");
  const upload = await it.ask("http://feeds.example.com/", { method: "POST", body: uploadOf(fileOf("new")) });
  expect([page.status, file.status, upload.status]).toEqual(statuses);
});
