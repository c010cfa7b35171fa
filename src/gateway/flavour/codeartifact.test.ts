import { expect, test } from "vitest";
import { askRows, fileOf, indexOf, openFixture, uploadOf } from "../../../test/gateway-fixture.ts";
import { codeartifact } from "./codeartifact.ts";

const users = [{ name: "aws", state: "good" as const }, ...indexOf().users];
const index = indexOf({ flavour: "codeartifact", url: "http://feeds.example.com/pypi/main/simple/", users });
const FILE = "sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl";

test("every row, over the wire", async () => {
  await using it = await openFixture({ indexes: [index] });
  const shown = await askRows(it, index, codeartifact.table, {
    "GET ROOT/simple/NAME/": ["GET sandbox/ as aws", "GET absent/ as aws"],
    "GET ROOT/simple/NAME/VERSION/FILE": [`GET ${FILE} as aws`],
    "any, without credentials": ["GET sandbox/", `GET ${FILE}`],
    "any, with an expired or invalid token": ["GET sandbox/ as expired", "GET sandbox/ as aws:wrong"],
    "any, with a token under another user name than `aws` or its own": ["GET sandbox/ as me:<aws>"],
    "any, without permission": ["GET sandbox/ as no-access"],
    "HEAD, ranges, POST ROOT/": [
      `HEAD ${FILE} as aws`,
      [`GET ${FILE} as aws`, { headers: { range: "bytes=0-3" } }],
      ["POST .. as aws", { body: uploadOf(fileOf("new")) }],
      ["POST .. as aws", { body: uploadOf(fileOf("new")) }],
      ["POST .. as aws", { body: uploadOf(fileOf("other"), { sha256_digest: "00" }) }],
      "POST .. as aws",
    ],
    "POST ROOT/, of a file that is there": [["POST .. as aws", { body: uploadOf(fileOf("new")) }]],
  });
  expect(shown).toMatchInlineSnapshot(`
    "GET ROOT/simple/NAME/: 200, hrefs below the index: NAME/VERSION/FILE; 404 where absent
      GET sandbox/ as aws → 200
        <a href="/pypi/main/simple/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET absent/ as aws → 404
    GET ROOT/simple/NAME/VERSION/FILE: 200
      GET sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as aws → 200, accept-ranges: bytes
    any, without credentials: 401
      GET sandbox/ → 401, www-authenticate: Basic realm="feeds.example.com"
      GET sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl → 401, www-authenticate: Basic realm="feeds.example.com"
    any, with an expired or invalid token: 404, or 401 (invalid-status)
      GET sandbox/ as expired → 404
      GET sandbox/ as aws:wrong → 404
    any, with a token under another user name than \`aws\` or its own: as an invalid token
      GET sandbox/ as me:<aws> → 404
    any, without permission: 403
      GET sandbox/ as no-access → 403
    HEAD, ranges, POST ROOT/: as an ordinary server; wrong or incomplete 400
      HEAD sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as aws → 200, accept-ranges: bytes
      GET sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as aws {"range":"bytes=0-3"} → 206, accept-ranges: bytes, content-range: bytes 0-3/43
      POST .. as aws → 200
      POST .. as aws → 409
      POST .. as aws → 400
      POST .. as aws → 400
    POST ROOT/, of a file that is there: 409
      POST .. as aws → 409"
  `);
});

test("the second mode refuses with 401", async () => {
  await using it = await openFixture({ indexes: [{ ...index, options: { "invalid-status": 401 } }] });
  const seen = [];
  for (const as of ["expired", "aws:wrong", "nobody", "aws"]) {
    const { status, headers } = await it.ask(`${index.url}sandbox/`, { as });
    seen.push([status, headers["www-authenticate"]]);
  }
  const refused = [401, 'Basic realm="feeds.example.com"'];
  expect(seen).toEqual([refused, refused, refused, [200, undefined]]);
});
