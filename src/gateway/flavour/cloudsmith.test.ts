import { expect, test } from "vitest";
import { askRows, fileOf, indexOf, openFixture, uploadOf } from "../../../test/gateway-fixture.ts";
import { cloudsmith } from "./cloudsmith.ts";

const index = indexOf({ flavour: "cloudsmith", url: "http://dl.example.com/basic/acme/main/python/simple/" });

test("every row, over the wire", async () => {
  await using it = await openFixture({ indexes: [index] });
  const token = it.secret("good");
  const shown = await askRows(it, index, cloudsmith.table, {
    "GET /basic/OWNER/REPO/python/simple/NAME/": ["GET sandbox/ as good", "GET sandbox/ as token:<good>", "GET absent/ as good"],
    "GET /TOKEN/OWNER/REPO/python/simple/NAME/": [`GET /${token}/acme/main/python/simple/sandbox/`],
    "GET /public/OWNER/REPO/python/simple/NAME/": ["GET /public/acme/main/python/simple/sandbox/"],
    "GET /HOW/OWNER/REPO/python/FILE": [
      "GET ../sandbox-1.0.0-py3-none-any.whl as good",
      `GET /${token}/acme/main/python/sandbox-1.0.0-py3-none-any.whl`,
    ],
    "any, without or with wrong credentials": [
      "GET ../sandbox-1.0.0-py3-none-any.whl",
      "GET sandbox/",
      "GET sandbox/ as good:wrong",
      "GET /wrong/acme/main/python/simple/sandbox/",
    ],
    "any, as guest or without access": ["GET sandbox/ as guest", "GET sandbox/ as no-access"],
    upload: [["POST .. as good", { body: uploadOf(fileOf("new")) }]],
  });
  expect(shown.replaceAll(token, "TOKEN")).toMatchInlineSnapshot(`
    "GET /basic/OWNER/REPO/python/simple/NAME/: 200 with Basic credentials, whatever the name; 404 where absent
      GET sandbox/ as good → 200
        <a href="../../sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET sandbox/ as token:<good> → 200
        <a href="../../sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET absent/ as good → 404
    GET /TOKEN/OWNER/REPO/python/simple/NAME/: 200: the secret stands in the path
      GET /TOKEN/acme/main/python/simple/sandbox/ → 200
        <a href="../../sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
    GET /public/OWNER/REPO/python/simple/NAME/: 200 where the index is public, else 401
      GET /public/acme/main/python/simple/sandbox/ → 401, www-authenticate: Basic realm="dl.example.com"
    GET /HOW/OWNER/REPO/python/FILE: 200
      GET ../sandbox-1.0.0-py3-none-any.whl as good → 200, accept-ranges: bytes
      GET /TOKEN/acme/main/python/sandbox-1.0.0-py3-none-any.whl → 200, accept-ranges: bytes
    any, without or with wrong credentials: 401, JSON {"detail": …}
      GET ../sandbox-1.0.0-py3-none-any.whl → 401, www-authenticate: Basic realm="dl.example.com"
      GET sandbox/ → 401, www-authenticate: Basic realm="dl.example.com"
      GET sandbox/ as good:wrong → 401, www-authenticate: Basic realm="dl.example.com"
      GET /wrong/acme/main/python/simple/sandbox/ → 401, www-authenticate: Basic realm="dl.example.com"
    any, as guest or without access: 403
      GET sandbox/ as guest → 403
      GET sandbox/ as no-access → 403
    upload: 405: uploads go to another host
      POST .. as good → 405, allow: GET, HEAD"
  `);
});

test("a public repository is given to anybody at /public/, and who is refused is told so in JSON", async () => {
  await using it = await openFixture({ indexes: [{ ...index, public: true }] });
  const address = "http://dl.example.com/public/acme/main/python/simple/sandbox/";
  const [anybody, refused] = [await it.ask(address), await it.ask(address, { as: "good:wrong" })];
  expect([anybody.status, refused.status, JSON.parse(refused.text)]).toEqual([200, 401, { detail: "Invalid credentials." }]);
});

test("a secret in the path is named in the journal, not written", async () => {
  await using it = await openFixture({ indexes: [index] });
  await it.ask(`http://dl.example.com/${it.secret("good")}/acme/main/python/simple/sandbox/`);
  expect(it.records()).toMatchInlineSnapshot(`
    [
      {
        "at": 1,
        "authorization": "none",
        "final": false,
        "headers": {
          "accept": null,
          "accept-encoding": null,
          "cache-control": null,
          "if-modified-since": null,
          "if-none-match": null,
          "user-agent": null,
        },
        "httpVersion": "1.1",
        "index": "private",
        "location": null,
        "method": "GET",
        "range": null,
        "secret": "private.good",
        "status": 200,
        "step": -1,
        "url": "http://dl.example.com/<secret:private.good>/acme/main/python/simple/sandbox/",
        "user": null,
      },
    ]
  `);
});
