import { expect, test } from "vitest";
import { askRows, fileOf, indexOf, openFixture, uploadOf } from "../../../test/gateway-fixture.ts";
import { devpi } from "./devpi.ts";

const index = indexOf({ flavour: "devpi", url: "http://feeds.example.com/acme/main/+simple/", json: true });
const sandbox = fileOf("sandbox");
const FILE = `../+f/${sandbox.sha256.slice(0, 3)}/${sandbox.sha256.slice(3, 16)}/${sandbox.filename}`;

test("every row, over the wire", async () => {
  await using it = await openFixture({ indexes: [index] });
  const uv = { headers: { "user-agent": "uv/0.9.5" } };
  const json = { headers: { accept: "application/vnd.pypi.simple.v1+json" } };
  const shown = await askRows(it, index, devpi.table, {
    "GET ROOT/+simple/ and ROOT/+simple/NAME/": [
      "GET . as good",
      "GET sandbox/ as good",
      "GET absent/ as good",
      ["GET sandbox/ as good", json],
    ],
    "GET ROOT/+simple/NAME by an installer, or for JSON": [
      ["GET sandbox as good", uv],
      ["GET sandbox as good", json],
      ["GET ../+simple as good", uv],
    ],
    "GET ROOT/+simple/NAME by a browser": ["GET sandbox as good", "GET ../+simple as good"],
    "GET ROOT/+simple/Not.Normal/, ROOT/Not.Normal": [
      "GET Sand_Box/ as good",
      ["GET Sand_Box as good", uv],
      ["GET ../Sand_Box/ as good", uv],
    ],
    "GET ROOT/ by others": ["GET .. as good", ["GET .. as good", { headers: { accept: "text/html" } }]],
    "GET ROOT/ and ROOT/NAME by an installer, slash or not": [
      ["GET .. as good", uv],
      ["GET ../sandbox as good", uv],
      ["GET ../sandbox/ as good", uv],
      ["GET ../absent/ as good", uv],
      ["GET ../sandbox/", uv],
      ["GET .. as good", json],
    ],
    "GET ROOT/NAME by a browser": ["GET ../sandbox/ as good", ["GET ../sandbox/ as good", json]],
    "GET ROOT/NAME by uv, knows-uv = false": [],
    "GET ROOT/+f/HASH/HASH/FILE, ROOT/+e/…/FILE": [
      `GET ${FILE} as good`,
      `GET ../+e/mirror/${sandbox.filename} as good`,
      `GET ${FILE}.metadata as good`,
    ],
    "POST ROOT/": [
      ["POST .. as good", { body: uploadOf(fileOf("new")) }],
      ["POST .. as good", { body: uploadOf(fileOf("new")) }],
      ["POST .. as good", { body: uploadOf(fileOf("new", "1.0.0", { content: { kind: "bytes", bytes: new Uint8Array(9) } })) }],
      "POST .. as good",
      ["POST ..", { body: uploadOf(fileOf("new")) }],
      ["POST .. as guest", { body: uploadOf(fileOf("new")) }],
    ],
    "POST ROOT/+simple/": ["POST . as good"],
    "POST ROOT/+simple, ROOT/+simple/NAME/ by an installer": [
      ["POST ../+simple as good", uv],
      ["POST sandbox/ as good", uv],
    ],
    "POST ROOT/+simple by others": ["POST ../+simple as good"],
    "POST ROOT/NAME": [["POST ../sandbox as good", uv]],
    "GET, with any credentials or none, where `public`": [],
    "GET of a page, where the upstream of a mirror fails": [],
    "any, without or with wrong credentials": [
      "GET sandbox/",
      `GET ${FILE}`,
      "GET sandbox/ as good:wrong",
      "GET sandbox/ as other:<good>",
      "GET sandbox/ as expired",
    ],
    "GET of a file, likewise, login-page": [],
    "any, as guest or without access": ["GET sandbox/ as guest", `GET ${FILE} as no-access`],
  });
  expect(shown).toMatchInlineSnapshot(`
    "GET ROOT/+simple/ and ROOT/+simple/NAME/: 200, HTML or JSON 1.0 (no core metadata, sizes, times)
      GET . as good → 200
        <a href="sandbox/">
      GET sandbox/ as good → 200
        <a href="/acme/main/+f/3e2/23feb2cd0dc73/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d" data-requires-python="">
      GET absent/ as good → 404
      GET sandbox/ as good {"accept":"application/vnd.pypi.simple.v1+json"} → 200, application/vnd.pypi.simple.v1+json
    GET ROOT/+simple/NAME by an installer, or for JSON: 200 at once
      GET sandbox as good {"user-agent":"uv/0.9.5"} → 200
        <a href="/acme/main/+f/3e2/23feb2cd0dc73/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d" data-requires-python="">
      GET sandbox as good {"accept":"application/vnd.pypi.simple.v1+json"} → 200, application/vnd.pypi.simple.v1+json
      GET ../+simple as good {"user-agent":"uv/0.9.5"} → 200
        <a href="sandbox/">
    GET ROOT/+simple/NAME by a browser: 302, adds the slash
      GET sandbox as good → 302, location: http://feeds.example.com/acme/main/+simple/sandbox/
      GET ../+simple as good → 302, location: http://feeds.example.com/acme/main/+simple/
    GET ROOT/+simple/Not.Normal/, ROOT/Not.Normal: 302 to ROOT/+simple/NAME/ or ROOT/NAME
      GET Sand_Box/ as good → 302, location: http://feeds.example.com/acme/main/+simple/sand-box/
      GET Sand_Box as good {"user-agent":"uv/0.9.5"} → 302, location: http://feeds.example.com/acme/main/+simple/sand-box
      GET ../Sand_Box/ as good {"user-agent":"uv/0.9.5"} → 302, location: http://feeds.example.com/acme/main/sand-box
    GET ROOT/ and ROOT/NAME by an installer, slash or not: 200 at once: the simple pages
      GET .. as good {"user-agent":"uv/0.9.5"} → 200
        <a href="sandbox/">
      GET ../sandbox as good {"user-agent":"uv/0.9.5"} → 200
        <a href="/acme/main/+f/3e2/23feb2cd0dc73/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d" data-requires-python="">
      GET ../sandbox/ as good {"user-agent":"uv/0.9.5"} → 200
        <a href="/acme/main/+f/3e2/23feb2cd0dc73/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d" data-requires-python="">
      GET ../absent/ as good {"user-agent":"uv/0.9.5"} → 404
      GET ../sandbox/ {"user-agent":"uv/0.9.5"} → 401, www-authenticate: Basic realm="pypi", location: http://feeds.example.com/+login
      GET .. as good {"accept":"application/vnd.pypi.simple.v1+json"} → 200, application/vnd.pypi.simple.v1+json
    GET ROOT/ by others: 200, JSON of the index's settings; to a browser 404
      GET .. as good → 200
      GET .. as good {"accept":"text/html"} → 404
    GET ROOT/NAME by a browser: 404: there is no devpi-web
      GET ../sandbox/ as good → 404
      GET ../sandbox/ as good {"accept":"application/vnd.pypi.simple.v1+json"} → 404
    GET ROOT/NAME by uv, knows-uv = false: 200, devpi-web's page for people: no link to a file
    GET ROOT/+f/HASH/HASH/FILE, ROOT/+e/…/FILE: 200; ranges from a web server in front alone
      GET ../+f/3e2/23feb2cd0dc73/sandbox-1.0.0-py3-none-any.whl as good → 200, accept-ranges: bytes
      GET ../+e/mirror/sandbox-1.0.0-py3-none-any.whl as good → 200, accept-ranges: bytes
      GET ../+f/3e2/23feb2cd0dc73/sandbox-1.0.0-py3-none-any.whl.metadata as good → 404
    POST ROOT/: 200, also for the same file again; another of that name 409, incomplete 400
      POST .. as good → 200
      POST .. as good → 200
      POST .. as good → 409
      POST .. as good → 400
      POST .. → 401, www-authenticate: Basic realm="pypi", location: http://feeds.example.com/+login
      POST .. as guest → 403
    POST ROOT/+simple/: 404; older ones 200, the list of projects (knows-uv = false)
      POST . as good → 404
    POST ROOT/+simple, ROOT/+simple/NAME/ by an installer: 200, the page, and nothing is stored
      POST ../+simple as good {"user-agent":"uv/0.9.5"} → 200
      POST sandbox/ as good {"user-agent":"uv/0.9.5"} → 200
    POST ROOT/+simple by others: 302, adds the slash
      POST ../+simple as good → 302, location: http://feeds.example.com/acme/main/+simple/
    POST ROOT/NAME: 404
      POST ../sandbox as good {"user-agent":"uv/0.9.5"} → 404
    GET, with any credentials or none, where \`public\`: 200: devpi with no web server in front
    GET of a page, where the upstream of a mirror fails: 502: a fault with that status
    any, without or with wrong credentials: 401, Basic realm="pypi" and Location: /+login
      GET sandbox/ → 401, www-authenticate: Basic realm="pypi", location: http://feeds.example.com/+login
      GET ../+f/3e2/23feb2cd0dc73/sandbox-1.0.0-py3-none-any.whl → 401, www-authenticate: Basic realm="pypi", location: http://feeds.example.com/+login
      GET sandbox/ as good:wrong → 401, www-authenticate: Basic realm="pypi", location: http://feeds.example.com/+login
      GET sandbox/ as other:<good> → 401, www-authenticate: Basic realm="pypi", location: http://feeds.example.com/+login
      GET sandbox/ as expired → 401, www-authenticate: Basic realm="pypi", location: http://feeds.example.com/+login
    GET of a file, likewise, login-page: 200 with an HTML page, from a proxy in front
    any, as guest or without access: 403
      GET sandbox/ as guest → 403
      GET ../+f/3e2/23feb2cd0dc73/sandbox-1.0.0-py3-none-any.whl as no-access → 403"
  `);
});

test("a proxy in front may show its login page in place of a wheel", async () => {
  await using it = await openFixture({ indexes: [{ ...index, options: { "login-page": true } }] });
  const url = new URL(FILE, index.url).href;
  const [stranger, friend] = [await it.ask(url), await it.ask(url, { as: "good" })];
  expect([stranger.status, stranger.headers["content-type"], friend.headers["content-type"]]).toEqual([
    200,
    "text/html; charset=utf-8",
    "application/octet-stream",
  ]);
});

test("devpi by itself gives to anybody, and takes uploads from those who may", async () => {
  await using it = await openFixture({ indexes: [{ ...index, public: true }] });
  const upload = { method: "POST", body: uploadOf(fileOf("new")) };
  const root = new URL("..", index.url).href;
  const seen = [await it.ask(`${index.url}sandbox/`), await it.ask(new URL(FILE, index.url).href), await it.ask(root, upload)];
  expect([...seen, await it.ask(root, { ...upload, as: "guest" })].map(({ status }) => status)).toEqual([200, 200, 401, 403]);
  // What it is shown makes no difference to a reader, and no web server in front means no ranges.
  const part = await it.ask(new URL(FILE, index.url).href, { as: "good:wrong", headers: { range: "bytes=0-3" } });
  expect([(await it.ask(`${index.url}sandbox/`, { as: "no-access" })).status, part.status]).toEqual([200, 200]);
});

test("an upstream that fails is a fault of the pages; what is there is given", async () => {
  const fault = { kind: "status", for: "pages", when: "always", status: 502, retryAfterSeconds: null, delayMs: 0 } as const;
  await using it = await openFixture({ indexes: [{ ...index, faults: [fault] }] });
  const seen = [await it.ask(`${index.url}sandbox/`, { as: "good" }), await it.ask(new URL(FILE, index.url).href, { as: "good" })];
  expect(seen.map(({ status }) => status)).toEqual([502, 200]);
});

test("an index that is declared without +simple, and an older devpi that takes uv for a browser", async () => {
  const bare = indexOf({ ...index, users: [], name: "bare", url: "http://bare.example.com/acme/main/" });
  const old = indexOf({ ...index, users: [], name: "old", url: "http://old.example.com/acme/main/", options: { "knows-uv": false } });
  await using it = await openFixture({ indexes: [bare, old], files: { bare: [sandbox], old: [sandbox] } });
  const told = async (url: string, agent: string, method = "GET"): Promise<string> => {
    const { status, text } = await it.ask(url, { method, headers: { "user-agent": agent } });
    return `${status}${text.includes(".whl") ? ", links to files" : ""}`;
  };
  expect({
    "without +simple": await told(`${bare.url}sandbox/`, "uv/0.9.5"),
    "with it": await told(`${bare.url}+simple/sandbox/`, "uv/0.9.5"),
    "the older one, uv": await told(`${old.url}sandbox/`, "uv/0.9.5"),
    "the older one, pip": await told(`${old.url}sandbox/`, "pip/24.0"),
    "the older one, uv, with +simple": await told(`${old.url}+simple/sandbox/`, "uv/0.9.5"),
    "an upload to the older one's list": await told(`${old.url}+simple/`, "uv/0.9.5", "POST"),
  }).toEqual({
    "without +simple": "200, links to files",
    "with it": "200, links to files",
    "the older one, uv": "200",
    "the older one, pip": "200, links to files",
    "the older one, uv, with +simple": "200, links to files",
    "an upload to the older one's list": "200",
  });
});
