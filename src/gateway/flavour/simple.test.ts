import { expect, test } from "vitest";
import { askRows, EVERY_USER, fileOf, indexOf, openFixture, uploadOf } from "../../../test/gateway-fixture.ts";
import { simple } from "./simple.ts";

test("every row, over the wire", async () => {
  const index = indexOf({ metadata: true, json: true });
  const files = { private: [fileOf("sand-box", "1.0", { requiresPython: ">=3.8", yanked: "broken" }), fileOf("dep")] };
  await using it = await openFixture({ indexes: [index], files });
  const json = { headers: { accept: "application/vnd.pypi.simple.v1+json" } };
  const shown = await askRows(it, index, simple.table, {
    "GET INDEX/": ["GET . as good"],
    "GET INDEX/NAME/": ["GET sand-box/ as good", ["GET sand-box/ as good", json], "GET absent/ as good"],
    "GET INDEX/NAME, or a name that is not normalised": ["GET dep as good", "GET Sand_Box/ as good"],
    "GET INDEX/NAME/FILE": [
      "GET dep/dep-1.0.0-py3-none-any.whl as good",
      "HEAD dep/dep-1.0.0-py3-none-any.whl as good",
      ["GET dep/dep-1.0.0-py3-none-any.whl as good", { headers: { range: "bytes=4-8" } }],
      "GET dep/dep-1.0.0-py3-none-any.whl.metadata as good",
    ],
    "GET FILES-BELOW/NAME/FILE, with that option": [],
    "GET INDEX/+flat/": ["GET +flat/ as good"],
    "POST INDEX/": [
      ["POST . as good", { body: uploadOf(fileOf("new")) }],
      ["POST . as good", { body: uploadOf(fileOf("new")) }],
      ["POST . as good", { body: uploadOf(fileOf("other"), { sha256_digest: "00" }) }],
      "POST . as good",
      "GET new/ as good",
    ],
    "any, without credentials or with wrong ones": [
      "GET dep/",
      "GET dep/dep-1.0.0-py3-none-any.whl",
      "GET dep/ as good:wrong",
      "GET dep/ as other:<good>",
      "GET dep/ as good:",
      "GET dep/ as good stale",
      "GET dep/ as expired",
      "GET dep/ as revoked",
      "GET dep/ as Bearer good",
    ],
    // With options: listing.test.ts.
    "any, without credentials, anonymous-status": [],
    "any, with wrong credentials, invalid-status": [],
    "GET INDEX/, with no-root": [],
    "GET of what is refused, login-page": [],
    "any, with any Authorization, refuse-authorization": [],
    // trusted-publishing.test.ts.
    "GET /_/oidc/audience, POST /_/oidc/mint-token, trusted-publishing": [],
    "any, id-tokens": [],
    "any, as guest or without access": ["GET dep/ as guest", "GET dep/ as no-access"],
  });
  expect(shown).toMatchInlineSnapshot(`
    "GET INDEX/: 200, list of projects
      GET . as good → 200
        <a href="dep/">
        <a href="sand-box/">
    GET INDEX/NAME/: 200, HTML or (if the index says so) JSON; 404 where absent
      GET sand-box/ as good → 200
        <a href="/a/simple/sand-box/sand-box-1.0-py3-none-any.whl#sha256=1fe6734430674e78ffe228dea681e512ab6d9d22c45a07595530b3d1f123755b" data-requires-python="&gt;=3.8" data-yanked="broken" data-dist-info-metadata="sha256=184741fcc686db4573baeb388f6a261f2d66196cd9a1eef2d1f0041cbd856107" data-core-metadata="sha256=184741fcc686db4573baeb388f6a261f2d66196cd9a1eef2d1f0041cbd856107">
      GET sand-box/ as good {"accept":"application/vnd.pypi.simple.v1+json"} → 200, application/vnd.pypi.simple.v1+json
      GET absent/ as good → 404
    GET INDEX/NAME, or a name that is not normalised: 301 to INDEX/NAME/
      GET dep as good → 301, location: /a/simple/dep/
      GET Sand_Box/ as good → 301, location: /a/simple/sand-box/
    GET INDEX/NAME/FILE: 200, 206 for a range; FILE.metadata beside wheels
      GET dep/dep-1.0.0-py3-none-any.whl as good → 200, accept-ranges: bytes
      HEAD dep/dep-1.0.0-py3-none-any.whl as good → 200, accept-ranges: bytes
      GET dep/dep-1.0.0-py3-none-any.whl as good {"range":"bytes=4-8"} → 206, accept-ranges: bytes, content-range: bytes 4-8/39
      GET dep/dep-1.0.0-py3-none-any.whl.metadata as good → 200
    GET FILES-BELOW/NAME/FILE, with that option: the same, and file links lie there
    GET INDEX/+flat/: 200, every file on one page, for --find-links
      GET +flat/ as good → 200
        <a href="/a/simple/sand-box/sand-box-1.0-py3-none-any.whl#sha256=1fe6734430674e78ffe228dea681e512ab6d9d22c45a07595530b3d1f123755b" data-requires-python="&gt;=3.8" data-yanked="broken" data-dist-info-metadata="sha256=184741fcc686db4573baeb388f6a261f2d66196cd9a1eef2d1f0041cbd856107" data-core-metadata="sha256=184741fcc686db4573baeb388f6a261f2d66196cd9a1eef2d1f0041cbd856107">
        <a href="/a/simple/dep/dep-1.0.0-py3-none-any.whl#sha256=5f44a74e564c3a1a3a66dca2960220c233b7e268c9d697a8a223f8b8deae9c8a" data-dist-info-metadata="sha256=a6d211c089ff461c61e251d55eadf93b4eca03e25d0bd46c8cbf482c648f4e31" data-core-metadata="sha256=a6d211c089ff461c61e251d55eadf93b4eca03e25d0bd46c8cbf482c648f4e31">
    POST INDEX/: 200; 409 for a file that exists
      POST . as good → 200
      POST . as good → 409
      POST . as good → 400
      POST . as good → 400
      GET new/ as good → 200
        <a href="/a/simple/new/new-1.0.0-py3-none-any.whl#sha256=b7d7d3fe86640fcd7f14672fa89a56be6849c4a683334d0ee07bb1d9eefdb569">
    any, without credentials or with wrong ones: 401, Basic realm="simple"
      GET dep/ → 401, www-authenticate: Basic realm="simple"
      GET dep/dep-1.0.0-py3-none-any.whl → 401, www-authenticate: Basic realm="simple"
      GET dep/ as good:wrong → 401, www-authenticate: Basic realm="simple"
      GET dep/ as other:<good> → 401, www-authenticate: Basic realm="simple"
      GET dep/ as good: → 401, www-authenticate: Basic realm="simple"
      GET dep/ as good stale → 401, www-authenticate: Basic realm="simple"
      GET dep/ as expired → 401, www-authenticate: Basic realm="simple"
      GET dep/ as revoked → 401, www-authenticate: Basic realm="simple"
      GET dep/ as Bearer good → 401, www-authenticate: Basic realm="simple"
    any, without credentials, anonymous-status: that status
    any, with wrong credentials, invalid-status: that status
    GET INDEX/, with no-root: 404
    GET of what is refused, login-page: 200 with an HTML page, from a proxy in front
    any, with any Authorization, refuse-authorization: that status; to others everything
    GET /_/oidc/audience, POST /_/oidc/mint-token, trusted-publishing: 200, as PyPI; 422, no such publisher
    any, id-tokens: 200, a job's identity token, to whoever shows a bearer token, else 401
    any, as guest or without access: 403
      GET dep/ as guest → 403
      GET dep/ as no-access → 403"
  `);
});

test("files lie where `files-below` says, and are asked for credentials there", async () => {
  await using it = await openFixture({ indexes: [indexOf({ options: { "files-below": "/elsewhere/files/" } })] });
  const page = await it.ask("http://feeds.example.com/a/simple/sandbox/", { as: "good" });
  const [, href = ""] = /href="([^"#]+)/.exec(page.text) ?? [];
  expect(href).toBe("/elsewhere/files/sandbox/sandbox-1.0.0-py3-none-any.whl");
  const file = `http://feeds.example.com${href}`;
  expect([(await it.ask(file)).status, (await it.ask(file, { as: "good" })).status]).toEqual([401, 200]);
});

test("a public index serves those who show nothing, and asks those who show something wrong", async () => {
  await using it = await openFixture({ indexes: [indexOf({ public: true })] });
  const page = "http://feeds.example.com/a/simple/sandbox/";
  const statuses = [];
  for (const as of ["nobody", ...EVERY_USER.map((user) => user.name), "good:wrong"]) {
    statuses.push(`${as} ${(await it.ask(page, { as })).status}`);
  }
  const upload = await it.ask("http://feeds.example.com/a/simple/", { method: "POST", body: uploadOf(fileOf("new")) });
  statuses.push(`upload ${upload.status}`);
  expect(statuses).toMatchInlineSnapshot(`
    [
      "nobody 200",
      "good 200",
      "expired 401",
      "revoked 401",
      "guest 403",
      "no-access 403",
      "good:wrong 401",
      "upload 401",
    ]
  `);
});
