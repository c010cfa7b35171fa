import { expect, test } from "vitest";
import { askRows, fileOf, indexOf, openFixture, uploadOf } from "../../../test/gateway-fixture.ts";
import { gitea } from "./gitea.ts";

const index = indexOf({
  flavour: "gitea",
  url: "http://git.example.com/api/packages/acme/pypi/simple/",
  options: { "dash-fragment": true },
});

test("every row, over the wire", async () => {
  await using it = await openFixture({ indexes: [index] });
  await using other = await openFixture({ indexes: [{ ...index, options: {} }] });
  const shown = await askRows(it, index, gitea.table, {
    "GET ROOT/simple/NAME": [],
    "GET ROOT/simple/NAME, dash-fragment": ["GET sandbox as good", "GET sandbox/ as good"],
    "GET ROOT/simple": ["GET ../simple as good", "GET . as good"],
    "GET ROOT/simple/ABSENT": ["GET absent as good"],
    "GET ROOT/files/NAME/VERSION/FILE": ["GET ../files/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as good"],
    "HEAD of anything": ["HEAD sandbox as good", "HEAD ../files/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as good"],
    "POST ROOT": [
      ["POST .. as good", { body: uploadOf(fileOf("new")) }],
      ["POST ../../pypi as good", { body: uploadOf(fileOf("new")) }],
      ["POST .. as good", { body: uploadOf(fileOf("other"), { sha256_digest: "00" }) }],
      "POST .. as good",
    ],
    "any, without credentials or permission": [
      "GET sandbox",
      "GET ../files/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      "GET sandbox as guest",
      "GET sandbox as no-access",
    ],
    "any, with a token for public packages only (public-only)": [],
    "any, with a token under any user name, or Bearer": ["GET sandbox as __token__:<good>", "GET sandbox as Bearer good"],
    "any, with wrong credentials": ["GET sandbox as good:wrong", "GET sandbox as expired", "GET sandbox as revoked"],
  });
  expect(shown).toMatchInlineSnapshot(`
    "GET ROOT/simple/NAME: 200, absolute hrefs ROOT/files/NAME/VERSION/FILE
    GET ROOT/simple/NAME, dash-fragment: hrefs end in #sha256-HASH, from an older template
      GET sandbox as good → 200
        <a href="http://git.example.com/api/packages/acme/pypi/files/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256-3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET sandbox/ as good → 200
        <a href="http://git.example.com/api/packages/acme/pypi/files/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256-3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
    GET ROOT/simple: 404: there is no list of projects
      GET ../simple as good → 404
      GET . as good → 404
    GET ROOT/simple/ABSENT: 404
      GET absent as good → 404
    GET ROOT/files/NAME/VERSION/FILE: 200
      GET ../files/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as good → 200, accept-ranges: bytes
    HEAD of anything: 405: only GET is routed
      HEAD sandbox as good → 405, allow: GET
      HEAD ../files/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as good → 405, allow: GET
    POST ROOT: 201; duplicate, wrong digest or incomplete 400
      POST .. as good → 201
      POST ../../pypi as good → 400
      POST .. as good → 400
      POST .. as good → 400
    any, without credentials or permission: 401, Basic realm="Gitea Package API"
      GET sandbox → 401, www-authenticate: Basic realm="Gitea Package API"
      GET ../files/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl → 401, www-authenticate: Basic realm="Gitea Package API"
      GET sandbox as guest → 401, www-authenticate: Basic realm="Gitea Package API"
      GET sandbox as no-access → 401, www-authenticate: Basic realm="Gitea Package API"
    any, with a token for public packages only (public-only): 403
    any, with a token under any user name, or Bearer: as the token's user
      GET sandbox as __token__:<good> → 200
        <a href="http://git.example.com/api/packages/acme/pypi/files/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256-3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET sandbox as Bearer good → 200
        <a href="http://git.example.com/api/packages/acme/pypi/files/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256-3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
    any, with wrong credentials: 401, no challenge
      GET sandbox as good:wrong → 401
      GET sandbox as expired → 401
      GET sandbox as revoked → 401"
  `);
  const today = await other.ask(`${index.url}sandbox`, { as: "good" });
  expect(today.text).toContain("sandbox-1.0.0-py3-none-any.whl#sha256=");
});

test("a token for public packages only is refused with 403", async () => {
  await using it = await openFixture({ indexes: [{ ...index, options: { "public-only": true } }] });
  const seen = [
    await it.ask(`${index.url}sandbox`, { as: "good" }),
    await it.ask(`${index.url}sandbox`),
    await it.ask(`${index.url}sandbox`, { as: "good:wrong" }),
  ];
  expect(seen.map(({ status }) => status)).toEqual([403, 401, 401]);
});
