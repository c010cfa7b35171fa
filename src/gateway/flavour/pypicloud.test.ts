import { expect, test } from "vitest";
import { askRows, fileOf, indexOf, openFixture, uploadOf } from "../../../test/gateway-fixture.ts";
import { pypicloud } from "./pypicloud.ts";

const index = indexOf({ flavour: "pypicloud", url: "http://feeds.example.com/pypi/simple/" });
const FILE = "../api/package/sandbox/sandbox-1.0.0-py3-none-any.whl";

test("every row, over the wire", async () => {
  await using it = await openFixture({ indexes: [index] });
  const shown = await askRows(it, index, pypicloud.table, {
    "GET ROOT/simple/NAME/": ["GET sandbox/ as good"],
    "GET ROOT/simple/NAME": ["GET sandbox as good"],
    "GET ROOT/simple/ABSENT/": ["GET absent/ as good", "GET absent/"],
    "GET ROOT/api/package/NAME/FILE": [`GET ${FILE} as good`],
    "any, without or with wrong credentials": [
      "GET sandbox/",
      `GET ${FILE}`,
      "GET sandbox/ as good:wrong",
      "GET sandbox/ as other:<good>",
      "GET sandbox/ as expired",
    ],
    "GET of a page, signed in without read": ["GET sandbox/ as no-access"],
    "GET of a file, signed in without read": [`GET ${FILE} as guest`],
    HEAD: ["HEAD sandbox/ as good"],
    "POST ROOT/ or ROOT/simple/": [
      ["POST .. as good", { body: uploadOf(fileOf("new")) }],
      ["POST . as good", { body: uploadOf(fileOf("new")) }],
    ],
    "POST there, incomplete": ["POST .. as good"],
  });
  expect(shown).toMatchInlineSnapshot(`
    "GET ROOT/simple/NAME/: 200, hrefs ROOT/api/package/NAME/FILE
      GET sandbox/ as good → 200
        <a href="/pypi/api/package/sandbox/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
    GET ROOT/simple/NAME: 302, adds the slash
      GET sandbox as good → 302, location: http://feeds.example.com/pypi/simple/sandbox/
    GET ROOT/simple/ABSENT/: 404; with fallback 302 to it, before any question of credentials
      GET absent/ as good → 404
      GET absent/ → 401, www-authenticate: Basic realm="pypi"
    GET ROOT/api/package/NAME/FILE: 200
      GET ../api/package/sandbox/sandbox-1.0.0-py3-none-any.whl as good → 200, accept-ranges: bytes
    any, without or with wrong credentials: 401, Basic realm="pypi"
      GET sandbox/ → 401, www-authenticate: Basic realm="pypi"
      GET ../api/package/sandbox/sandbox-1.0.0-py3-none-any.whl → 401, www-authenticate: Basic realm="pypi"
      GET sandbox/ as good:wrong → 401, www-authenticate: Basic realm="pypi"
      GET sandbox/ as other:<good> → 401, www-authenticate: Basic realm="pypi"
      GET sandbox/ as expired → 401, www-authenticate: Basic realm="pypi"
    GET of a page, signed in without read: 404; with fallback 302 to it
      GET sandbox/ as no-access → 404
    GET of a file, signed in without read: 403
      GET ../api/package/sandbox/sandbox-1.0.0-py3-none-any.whl as guest → 403
    HEAD: 403
      HEAD sandbox/ as good → 403
    POST ROOT/ or ROOT/simple/: 200; duplicate 409
      POST .. as good → 200
      POST . as good → 409
    POST there, incomplete: 400
      POST .. as good → 400"
  `);
});

test("the fallback redirects for what is not here or not to be read", async () => {
  await using it = await openFixture({ indexes: [{ ...index, options: { fallback: true } }] });
  const seen = [];
  for (const [path, as] of [
    ["absent/", "nobody"],
    ["sandbox/", "nobody"],
    ["sandbox/", "no-access"],
    ["sandbox/", "good"],
  ] as const) {
    const { status, headers } = await it.ask(`${index.url}${path}`, { as });
    seen.push(`${path} as ${as}: ${status} ${headers["location"] ?? ""}`);
  }
  expect(seen).toMatchInlineSnapshot(`
    [
      "absent/ as nobody: 302 https://fallback.example/simple/absent/",
      "sandbox/ as nobody: 401 ",
      "sandbox/ as no-access: 302 https://fallback.example/simple/sandbox/",
      "sandbox/ as good: 200 ",
    ]
  `);
});
