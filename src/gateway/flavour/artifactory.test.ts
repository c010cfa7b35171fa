import { expect, test } from "vitest";
import { askRows, fileOf, indexOf, openFixture, sha256, uploadOf } from "../../../test/gateway-fixture.ts";
import { artifactory } from "./artifactory.ts";

const ADDRESS = "http://feeds.example.com/artifactory/api/pypi/main/simple/";
const FILE = "../sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl";

test("every row, over the wire", async () => {
  const users = [...indexOf().users, { name: "me@acme.example", state: "good" as const }];
  const index = indexOf({ flavour: "artifactory", url: ADDRESS, users });
  await using it = await openFixture({ indexes: [index] });
  // Rows about options are shown by the tests below.
  const shown = await askRows(it, index, artifactory.table, {
    "GET ROOT/simple/NAME/": ["GET sandbox/ as good", "GET . as good"],
    "GET ROOT/simple/ABSENT/": ["GET absent/ as good"],
    "GET ROOT/NAME/VERSION/FILE or ROOT/packages/packages/…/FILE": [
      `GET ${FILE} as good`,
      "GET ../packages/packages/aa/bb/sandbox-1.0.0-py3-none-any.whl as good",
      [`GET ${FILE} as good`, { headers: { range: "bytes=0-0" } }],
    ],
    "any, without or with wrong credentials": [
      "GET sandbox/",
      `GET ${FILE}`,
      "GET sandbox/ as good:",
      "GET sandbox/ as good:wrong",
      "GET sandbox/ as other:<good>",
      "GET sandbox/ as expired",
      "GET sandbox/ as revoked",
    ],
    "any, with an empty user name and a token": ["GET sandbox/ as :<good>"],
    "any, with a Bearer token": ["GET sandbox/ as Bearer good"],
    "any, with a user name sent percent-encoded": [
      "GET sandbox/ as me@acme.example",
      "GET sandbox/ as me%40acme.example:<me@acme.example>",
    ],
    "any, in parallel before the first sign-in": [],
    "GET, anonymous, anonymous-partial": [],
    "GET of a file, anonymous, anonymous-file-status": [],
    "any, signed in but forbidden": ["GET sandbox/ as guest", "GET sandbox/ as no-access"],
    "POST ROOT": [
      ["POST .. as good", { body: uploadOf(fileOf("new")) }],
      ["POST ../../main as good", { body: uploadOf(fileOf("newer")) }],
      ["POST .. as good", { body: uploadOf(fileOf("new")) }],
      ["POST .. as good", { body: uploadOf(fileOf("other"), { sha256_digest: "00" }) }],
      "POST .. as good",
    ],
    // With that option: below.
    "POST ROOT, of a file that is there, overwrite": [],
  });
  expect(shown).toMatchInlineSnapshot(`
    "GET ROOT/simple/NAME/: 200, hrefs ../../NAME/VERSION/FILE
      GET sandbox/ as good → 200
        <a href="../../sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET . as good → 200
        <a href="sandbox/">
    GET ROOT/simple/ABSENT/: 404, or 403 (missing-status)
      GET absent/ as good → 404
    GET ROOT/NAME/VERSION/FILE or ROOT/packages/packages/…/FILE: 200, 206 for a range
      GET ../sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as good → 200, accept-ranges: bytes
      GET ../packages/packages/aa/bb/sandbox-1.0.0-py3-none-any.whl as good → 200, accept-ranges: bytes
      GET ../sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as good {"range":"bytes=0-0"} → 206, accept-ranges: bytes, content-range: bytes 0-0/43
    any, without or with wrong credentials: 401, Basic realm="Artifactory Realm"
      GET sandbox/ → 401, www-authenticate: Basic realm="Artifactory Realm"
      GET ../sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl → 401, www-authenticate: Basic realm="Artifactory Realm"
      GET sandbox/ as good: → 401, www-authenticate: Basic realm="Artifactory Realm"
      GET sandbox/ as good:wrong → 401, www-authenticate: Basic realm="Artifactory Realm"
      GET sandbox/ as other:<good> → 401, www-authenticate: Basic realm="Artifactory Realm"
      GET sandbox/ as expired → 401, www-authenticate: Basic realm="Artifactory Realm"
      GET sandbox/ as revoked → 401, www-authenticate: Basic realm="Artifactory Realm"
    any, with an empty user name and a token: as the token's user
      GET sandbox/ as :<good> → 200
        <a href="../../sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
    any, with a Bearer token: as the token's user
      GET sandbox/ as Bearer good → 200
        <a href="../../sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
    any, with a user name sent percent-encoded: 401: \`%40\` is not decoded (uv#2566)
      GET sandbox/ as me@acme.example → 200
        <a href="../../sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET sandbox/ as me%40acme.example:<me@acme.example> → 401, www-authenticate: Basic realm="Artifactory Realm"
    any, in parallel before the first sign-in: 401 now and then (uv#17485): a fault with \`rate\`
    GET, anonymous, anonymous-partial: 200 with the files that everyone may see
    GET of a file, anonymous, anonymous-file-status: that status, as 500
    any, signed in but forbidden: 403, or 404 (hide-unauthorized)
      GET sandbox/ as guest → 403
      GET sandbox/ as no-access → 403
    POST ROOT: 200; duplicate 403, wrong digest 409, incomplete 400
      POST .. as good → 200
      POST ../../main as good → 200
      POST .. as good → 403
      POST .. as good → 409
      POST .. as good → 400
    POST ROOT, of a file that is there, overwrite: 200, and the new one takes its place (uv#16073)"
  `);
});

test("options: what is hidden, shown in part, or broken for those who show nothing", async () => {
  const index = indexOf({
    flavour: "artifactory",
    url: ADDRESS,
    options: { "hide-unauthorized": true, "anonymous-partial": true, "anonymous-file-status": 500, "missing-status": 403 },
  });
  const files = [
    fileOf("sandbox", "1.0.0"),
    fileOf("sandbox", "2.0.0", { visibleTo: ["good"] }),
    fileOf("own", "1.0.0", { visibleTo: ["good"] }),
  ];
  await using it = await openFixture({ indexes: [index], files: { private: files } });
  const names = async (path: string, as: string): Promise<string> => {
    const { status, text } = await it.ask(new URL(path, ADDRESS).href, { as });
    return [status, ...[...text.matchAll(/>([^<>]+)<\/a>/g)].map(([, name]) => name)].join(" ");
  };
  expect({
    "anonymous list": await names("sandbox/", "nobody"),
    "full list": await names("sandbox/", "good"),
    "anonymous projects": await names(".", "nobody"),
    projects: await names(".", "good"),
    "a project that is not shown": await names("own/", "nobody"),
    "wrong credentials": await names("sandbox/", "good:wrong"),
    "anonymous file": await names(FILE, "nobody"),
    file: await names(FILE, "good"),
    forbidden: await names("sandbox/", "no-access"),
    missing: await names("absent/", "good"),
  }).toMatchInlineSnapshot(`
    {
      "a project that is not shown": "403",
      "anonymous file": "500",
      "anonymous list": "200 sandbox-1.0.0-py3-none-any.whl",
      "anonymous projects": "200 sandbox",
      "file": "200",
      "forbidden": "404",
      "full list": "200 sandbox-1.0.0-py3-none-any.whl sandbox-2.0.0-py3-none-any.whl",
      "missing": "403",
      "projects": "200 own sandbox",
      "wrong credentials": "401",
    }
  `);
});

test("with `overwrite`, an upload takes the place of a file that is there", async () => {
  const index = indexOf({ flavour: "artifactory", url: ADDRESS, options: { overwrite: true } });
  await using it = await openFixture({ indexes: [index] });
  const upload = (filename: string): Promise<{ status: number }> => {
    const content = { kind: "bytes", bytes: new TextEncoder().encode("newer") } as const;
    const file = fileOf("sandbox", "1.0.0", { filename, content });
    return it.ask(new URL("..", ADDRESS).href, { method: "POST", as: "good", body: uploadOf(file, { sha256_digest: sha256("newer") }) });
  };
  const before = (await it.ask(`${ADDRESS}sandbox/`, { as: "good" })).text;
  const { status } = await upload("sandbox-1.0.0-py3-none-any.whl");
  const after = (await it.ask(`${ADDRESS}sandbox/`, { as: "good" })).text;
  expect([status, before.includes(sha256("newer")), after.includes(sha256("newer")), after.split("<a ").length]).toEqual([
    200,
    false,
    true,
    2,
  ]);
  expect((await it.ask(new URL(FILE, ADDRESS).href, { as: "good" })).text).toBe("newer");
});

test("a fault with `rate` is what parallel requests meet at a cold start", async () => {
  const fault = { kind: "status", for: "any", when: { rate: 0.5, seed: 3 }, status: 401, retryAfterSeconds: null, delayMs: 0 } as const;
  const index = indexOf({ flavour: "artifactory", url: ADDRESS, faults: [fault] });
  await using it = await openFixture({ indexes: [index] });
  const seen: number[] = [];
  for (let count = 0; count < 8; count++) seen.push((await it.ask(`${ADDRESS}sandbox/`, { as: "good" })).status);
  expect(new Set(seen)).toEqual(new Set([200, 401]));
});
