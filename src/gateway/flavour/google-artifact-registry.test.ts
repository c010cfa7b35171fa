import { expect, test } from "vitest";
import { askRows, fileOf, indexOf, openFixture, uploads } from "../../../test/gateway-fixture.ts";
import type { Index } from "../../scenario/model.ts";
import { googleArtifactRegistry } from "./google-artifact-registry.ts";

test("every row, over the wire", async () => {
  const known = ["oauth2accesstoken", "_json_key_base64"].map((name) => ({ name, state: "good" as const }));
  const users = [...known, ...indexOf().users];
  const index = indexOf({ flavour: "google-artifact-registry", url: "http://feeds.example.com/acme/main/simple/", users });
  await using it = await openFixture({ indexes: [index] });
  const file = "../sandbox/sandbox-1.0.0-py3-none-any.whl";
  const download = `/artifacts-downloads/namespaces/acme/main/downloads/${fileOf("sandbox").sha256}/sandbox-1.0.0-py3-none-any.whl`;
  const shown = await askRows(it, index, googleArtifactRegistry.table, {
    "GET ROOT/simple/NAME/": ["GET sandbox/ as oauth2accesstoken", "GET absent/ as oauth2accesstoken"],
    "GET ROOT/NAME/FILE": [`GET ${file} as oauth2accesstoken`, `GET ${file}`],
    "GET /artifacts-downloads/…": [`GET ${download}`, [`GET ${download}`, { headers: { range: "bytes=0-3" } }]],
    "HEAD of a file": [`HEAD ${download}`],
    "any, without or with refused credentials": ["GET sandbox/", "GET sandbox/ as expired", "GET sandbox/ as me:<oauth2accesstoken>"],
    "any, with a key in base64 under _json_key_base64": [
      "GET sandbox/ as _json_key_base64",
      `GET sandbox/ as _json_key_base64:${it.secret("_json_key_base64").replace("=", "")}`,
    ],
    "any, with a token under oauth2accesstoken or its own name": [
      "GET sandbox/ as oauth2accesstoken:<good>",
      "GET sandbox/ as good",
      "GET sandbox/ as oauth2accesstoken:<_json_key_base64>",
    ],
    "any, with a Bearer token": ["GET sandbox/ as Bearer good"],
    "any, without permission, as with another repository's key (uv#11244)": ["GET sandbox/ as no-access", "GET sandbox/ as guest"],
    "POST ROOT/": uploads(),
  });
  expect(shown).toMatchInlineSnapshot(`
    "GET ROOT/simple/NAME/: 200, hrefs to the sibling ROOT/NAME/FILE; 404 where absent
      GET sandbox/ as oauth2accesstoken → 200
        <a href="/acme/main/sandbox/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET absent/ as oauth2accesstoken → 404
    GET ROOT/NAME/FILE: 307, Location a path: /artifacts-downloads/…
      GET ../sandbox/sandbox-1.0.0-py3-none-any.whl as oauth2accesstoken → 307, location: /artifacts-downloads/namespaces/acme/main/downloads/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl
      GET ../sandbox/sandbox-1.0.0-py3-none-any.whl → 401, www-authenticate: Basic realm="Artifact Registry"
    GET /artifacts-downloads/…: 200, 206 for a range
      GET /artifacts-downloads/namespaces/acme/main/downloads/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl → 200, accept-ranges: bytes
      GET /artifacts-downloads/namespaces/acme/main/downloads/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl {"range":"bytes=0-3"} → 206, accept-ranges: bytes, content-range: bytes 0-3/43
    HEAD of a file: 200 without Accept-Ranges
      HEAD /artifacts-downloads/namespaces/acme/main/downloads/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl → 200
    any, without or with refused credentials: 401
      GET sandbox/ → 401, www-authenticate: Basic realm="Artifact Registry"
      GET sandbox/ as expired → 401, www-authenticate: Basic realm="Artifact Registry"
      GET sandbox/ as me:<oauth2accesstoken> → 401, www-authenticate: Basic realm="Artifact Registry"
    any, with a key in base64 under _json_key_base64: 200; the key ends in \`=\` (uv#2822)
      GET sandbox/ as _json_key_base64 → 200
        <a href="/acme/main/sandbox/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET sandbox/ as _json_key_base64:uvmre-good-private-_json_key_base64-0123456789abcdef → 401, www-authenticate: Basic realm="Artifact Registry"
    any, with a token under oauth2accesstoken or its own name: as the token's user
      GET sandbox/ as oauth2accesstoken:<good> → 200
        <a href="/acme/main/sandbox/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET sandbox/ as good → 200
        <a href="/acme/main/sandbox/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET sandbox/ as oauth2accesstoken:<_json_key_base64> → 401, www-authenticate: Basic realm="Artifact Registry"
    any, with a Bearer token: 200
      GET sandbox/ as Bearer good → 200
        <a href="/acme/main/sandbox/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
    any, without permission, as with another repository's key (uv#11244): 403, empty body
      GET sandbox/ as no-access → 403
      GET sandbox/ as guest → 403
    POST ROOT/: 200; duplicate, wrong digest or incomplete 400
      POST .. as good → 200
      POST .. as good → 400
      POST .. as good → 400
      POST .. as good → 400"
  `);
  expect((await it.ask(`${index.url}sandbox/`, { as: "no-access" })).text).toBe("");
});

test("a key of another repository is known, and may not read here", async () => {
  const repository = (name: string): Index =>
    indexOf({
      name,
      flavour: "google-artifact-registry",
      url: `http://feeds.example.com/${name}/main/simple/`,
      users: [{ name: "_json_key_base64", state: "good" }],
    });
  await using it = await openFixture({ indexes: [repository("one"), repository("two")], files: { one: [fileOf("sandbox")] } });
  const as = `_json_key_base64:${it.secret("_json_key_base64", "two")}`;
  expect((await it.ask("http://feeds.example.com/one/main/simple/sandbox/", { as })).status).toBe(403);
  expect(it.records().at(-1)?.authorization).toBe("unknown");
});
