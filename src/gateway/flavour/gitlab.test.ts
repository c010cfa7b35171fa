import { expect, test } from "vitest";
import { askRows, fileOf, indexOf, openFixture, uploadOf } from "../../../test/gateway-fixture.ts";
import type { Index } from "../../scenario/model.ts";
import { gitlab } from "./gitlab.ts";

const HOST = "http://gitlab.example.com";
const sandbox = fileOf("sandbox", "1.0.0", { requiresPython: ">=3.8" });
const HASH = sandbox.sha256;
const JSON_PAGE = "application/vnd.pypi.simple.v1+json";
const FILE = `../files/${HASH}/sandbox-1.0.0-py3-none-any.whl`;

test("every row, over the wire: a project by its path, links by its number", async () => {
  const index = indexOf({
    flavour: "gitlab",
    url: `${HOST}/api/v4/projects/acme%2Fapp/packages/pypi/simple/`,
    options: { id: 42 },
    users: [...indexOf().users, { name: "gitlab-ci-token", state: "good" }],
  });
  await using it = await openFixture({ indexes: [index], files: { private: [sandbox] } });
  const numeric = `${HOST}/api/v4/projects/42/packages/pypi`;
  const shown = await askRows(it, index, gitlab.table, {
    "GET ROOT/simple": ["GET ../simple as good", "GET . as good"],
    "GET ROOT/simple/NAME": ["GET Sandbox as good", `GET ${numeric}/simple/sandbox/ as good`],
    "GET ROOT/simple/NAME, for JSON": [["GET sandbox as good", { headers: { accept: JSON_PAGE } }]],
    "GET ROOT/simple/NAME of a group": [],
    "GET ROOT/simple/ABSENT": ["GET absent/ as good", "GET absent/"],
    "GET ROOT/files/SHA256/FILE": [
      `GET ${numeric}/files/${HASH}/${sandbox.filename} as good`,
      `HEAD ${FILE} as good`,
      "GET ../files/0123/sandbox-1.0.0-py3-none-any.whl as good",
      `GET ${FILE}.metadata as good`,
    ],
    "GET ROOT/files/SHA256/FILE, object storage": [],
    "GET ROOT/files/SHA256/FILE, open-files": [],
    "POST /api/v4/projects/ID/packages/pypi": [
      [`POST ${numeric} as good`, { body: uploadOf(fileOf("new")) }],
      [`POST ${numeric} as good`, { body: uploadOf(fileOf("new")) }],
      [`POST ${numeric}`, { body: uploadOf(fileOf("new")) }],
    ],
    "POST there, with a wrong digest or incomplete": [
      [`POST ${numeric} as good`, { body: uploadOf(fileOf("other"), { sha256_digest: "00" }) }],
      `POST ${numeric} as good`,
    ],
    "any, without or with unknown credentials": [
      "GET sandbox/",
      "GET sandbox/ as good:wrong",
      "GET sandbox/ as good:",
      `GET ${FILE}`,
      "HEAD sandbox/ as good",
    ],
    "any, with a token under any user name, or Bearer": [
      "GET sandbox/ as anything:<good>",
      "GET sandbox/ as Bearer good",
      "GET sandbox/ as gitlab-ci-token",
    ],
    "any, expired or revoked token": ["GET sandbox/ as expired", "GET sandbox/ as revoked", "GET sandbox/ as good stale"],
    // Below, each with users of its own.
    "any, expired or revoked, as a deploy token (user gitlab+deploy-token-…)": [],
    "any, as gitlab-ci-token whose job has ended (expired or revoked)": [],
    "POST there, where public: without or with unknown credentials; not a member": [],
    "any, gitlab-ci-token with a wrong token": ["GET sandbox/ as other:<gitlab-ci-token>", "GET sandbox/ as gitlab-ci-token:<good>"],
    "any, with a token of another scope (wrong-scope)": [],
    "any, as guest": ["GET sandbox/ as guest"],
    "any, not a member (a token of another project on this host is one; on another host it is unknown: 401)": ["GET sandbox/ as no-access"],
    "any, at an id that does not exist": [`GET ${HOST}/api/v4/projects/8/packages/pypi/simple/sandbox/ as good`],
  });
  expect(shown).toMatchInlineSnapshot(`
    "GET ROOT/simple: 200, list of projects (slash or not)
      GET ../simple as good → 200
        <a href="http://gitlab.example.com/api/v4/projects/42/packages/pypi/simple/sandbox" data-requires-python="">
      GET . as good → 200
        <a href="http://gitlab.example.com/api/v4/projects/42/packages/pypi/simple/sandbox" data-requires-python="">
    GET ROOT/simple/NAME: 200, HTML; hrefs absolute, by numeric id, under ROOT/files/
      GET Sandbox as good → 200
        <a href="http://gitlab.example.com/api/v4/projects/42/packages/pypi/files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d" data-requires-python="&gt;=3.8">
      GET http://gitlab.example.com/api/v4/projects/42/packages/pypi/simple/sandbox/ as good → 200
        <a href="http://gitlab.example.com/api/v4/projects/42/packages/pypi/files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d" data-requires-python="&gt;=3.8">
    GET ROOT/simple/NAME, for JSON: HTML; JSON with \`json = true\` (behind a flag there)
      GET sandbox as good {"accept":"application/vnd.pypi.simple.v1+json"} → 200
        <a href="http://gitlab.example.com/api/v4/projects/42/packages/pypi/files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d" data-requires-python="&gt;=3.8">
    GET ROOT/simple/NAME of a group: 200, hrefs of the group: /api/v4/groups/ID/-/…/files/
    GET ROOT/simple/ABSENT: 302 to the fallback (on by default), else 404
      GET absent/ as good → 302, location: https://fallback.example/simple/absent/
      GET absent/ → 401, www-authenticate: Basic realm="GitLab Packages Registry"
    GET ROOT/files/SHA256/FILE: 200; 404 where the hash is another's; no PEP 658
      GET http://gitlab.example.com/api/v4/projects/42/packages/pypi/files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl as good → 200, accept-ranges: bytes
      HEAD ../files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl as good → 200, accept-ranges: bytes
      GET ../files/0123/sandbox-1.0.0-py3-none-any.whl as good → 404
      GET ../files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl.metadata as good → 404
    GET ROOT/files/SHA256/FILE, object storage: 302 to a signed URL on another host
    GET ROOT/files/SHA256/FILE, open-files: 200 to anybody, from an old version (uv#9809)
    POST /api/v4/projects/ID/packages/pypi: 201; duplicate 400
      POST http://gitlab.example.com/api/v4/projects/42/packages/pypi as good → 201
      POST http://gitlab.example.com/api/v4/projects/42/packages/pypi as good → 400
      POST http://gitlab.example.com/api/v4/projects/42/packages/pypi → 401, www-authenticate: Basic realm="GitLab Packages Registry"
    POST there, where public: without or with unknown credentials; not a member: 401, Basic; 403
    POST there, with a wrong digest or incomplete: 400
      POST http://gitlab.example.com/api/v4/projects/42/packages/pypi as good → 400
      POST http://gitlab.example.com/api/v4/projects/42/packages/pypi as good → 400
    any, without or with unknown credentials: 401, Basic realm="GitLab Packages Registry"; 200 where public
      GET sandbox/ → 401, www-authenticate: Basic realm="GitLab Packages Registry"
      GET sandbox/ as good:wrong → 401, www-authenticate: Basic realm="GitLab Packages Registry"
      GET sandbox/ as good: → 401, www-authenticate: Basic realm="GitLab Packages Registry"
      GET ../files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl → 401, www-authenticate: Basic realm="GitLab Packages Registry"
      HEAD sandbox/ as good → 200
    any, with a token under any user name, or Bearer: as the token's user; a job's token as gitlab-ci-token alone
      GET sandbox/ as anything:<good> → 200
        <a href="http://gitlab.example.com/api/v4/projects/42/packages/pypi/files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d" data-requires-python="&gt;=3.8">
      GET sandbox/ as Bearer good → 200
        <a href="http://gitlab.example.com/api/v4/projects/42/packages/pypi/files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d" data-requires-python="&gt;=3.8">
      GET sandbox/ as gitlab-ci-token → 200
        <a href="http://gitlab.example.com/api/v4/projects/42/packages/pypi/files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d" data-requires-python="&gt;=3.8">
    any, expired or revoked token: 401 with a Bearer challenge, public or not
      GET sandbox/ as expired → 401, www-authenticate: Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="Token is expired. You can either do re-authorization or token refresh."
      GET sandbox/ as revoked → 401, www-authenticate: Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="Token was revoked. You have to re-authorize from the user."
      GET sandbox/ as good stale → 401, www-authenticate: Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="Token was revoked. You have to re-authorize from the user."
    any, expired or revoked, as a deploy token (user gitlab+deploy-token-…): as an unknown token
    any, as gitlab-ci-token whose job has ended (expired or revoked): 401, Basic, public or not
    any, gitlab-ci-token with a wrong token: 401, public or not
      GET sandbox/ as other:<gitlab-ci-token> → 401, www-authenticate: Basic realm="GitLab Packages Registry"
      GET sandbox/ as gitlab-ci-token:<good> → 401, www-authenticate: Basic realm="GitLab Packages Registry"
    any, with a token of another scope (wrong-scope): 403, no challenge, public or not
    any, as guest: 403
      GET sandbox/ as guest → 403
    any, not a member (a token of another project on this host is one; on another host it is unknown: 401): 404
      GET sandbox/ as no-access → 404
    any, at an id that does not exist: 404, to anybody
      GET http://gitlab.example.com/api/v4/projects/8/packages/pypi/simple/sandbox/ as good → 404"
  `);
});

test("a public project: unknown tokens are nobody's, broken ones are refused", async () => {
  const index = indexOf({
    flavour: "gitlab",
    url: `${HOST}/api/v4/projects/7/packages/pypi/simple/`,
    public: true,
    options: { fallback: false },
    users: [...indexOf().users, { name: "gitlab-ci-token", state: "good" }],
  });
  await using it = await openFixture({ indexes: [index], files: { private: [sandbox] } });
  const seen = [];
  for (const as of ["nobody", "good:wrong", "guest", "no-access", "expired", "revoked", "gitlab-ci-token:wrong"]) {
    seen.push(`${as} ${(await it.ask(`${index.url}sandbox/`, { as })).status}`);
  }
  seen.push(`absent ${(await it.ask(`${index.url}absent/`)).status}`);
  seen.push(`file ${(await it.ask(new URL(FILE, index.url).href)).status}`);
  expect(seen).toMatchInlineSnapshot(`
    [
      "nobody 200",
      "good:wrong 200",
      "guest 200",
      "no-access 200",
      "expired 401",
      "revoked 401",
      "gitlab-ci-token:wrong 401",
      "absent 404",
      "file 200",
    ]
  `);
});

test("a token is looked up by itself: another project's on the same host is no member here, on another host it is unknown", async () => {
  const project = (name: string, host: string, id: number) =>
    indexOf({ name, flavour: "gitlab", url: `http://${host}/api/v4/projects/${id}/packages/pypi/simple/` });
  const indexes = [
    project("private", "gitlab.example.com", 1),
    project("other", "gitlab.example.com:8080", 2),
    project("far", "gitlab.example.org", 3),
  ];
  await using it = await openFixture({ indexes, files: { private: [sandbox] } });
  const seen: string[] = [];
  for (const name of ["other", "far"]) {
    for (const user of ["good", "guest", "expired", "revoked"]) {
      const { status, headers } = await it.ask(`${indexes[0]?.url}sandbox/`, { as: `me:${it.secret(user, name)}` });
      seen.push(
        `${name} ${user}: ${status} ${String(headers["www-authenticate"] ?? "").split(" ")[0]}, ${it.records().at(-1)?.authorization}`,
      );
    }
  }
  expect(seen).toMatchInlineSnapshot(`
    [
      "other good: 404 , unknown",
      "other guest: 404 , unknown",
      "other expired: 401 Bearer, stale",
      "other revoked: 401 Bearer, stale",
      "far good: 401 Basic, unknown",
      "far guest: 401 Basic, unknown",
      "far expired: 401 Basic, unknown",
      "far revoked: 401 Basic, unknown",
    ]
  `);
  it.gateway.apply({ kind: "user-state", index: "other", user: "good", state: "revoked" });
  expect((await it.ask(`${indexes[0]?.url}sandbox/`, { as: `me:${it.secret("good", "other")}` })).status).toBe(401);
});

test.each([false, true])("a deploy token that has ended is as good as none, a job that has ended is refused; public: %s", async (open) => {
  const ended = (name: string): Index => {
    const url = `http://${name}.example.com/api/v4/projects/7/packages/pypi/simple/`;
    const users = [
      { name: "gitlab+deploy-token-3", state: "revoked" as const },
      { name: "gitlab-ci-token", state: "expired" as const },
    ];
    return indexOf({ name, flavour: "gitlab", url, public: open, users });
  };
  await using it = await openFixture({ indexes: [ended("ended")], files: { ended: [sandbox] } });
  const seen = [];
  for (const as of ["gitlab+deploy-token-3", "gitlab-ci-token"]) {
    const { status, headers } = await it.ask("http://ended.example.com/api/v4/projects/7/packages/pypi/simple/sandbox/", { as });
    seen.push([status, String(headers["www-authenticate"] ?? "").split(" ")[0]]);
  }
  expect(seen).toEqual([open ? [200, ""] : [401, "Basic"], [401, "Basic"]]);
});

test("a public project takes uploads from its members alone", async () => {
  const index = indexOf({ flavour: "gitlab", url: `${HOST}/api/v4/projects/7/packages/pypi/simple/`, public: true });
  await using it = await openFixture({ indexes: [index], files: { private: [] } });
  const seen: Record<string, number> = {};
  for (const as of ["nobody", "good:wrong", "guest", "no-access", "revoked", "good"]) {
    const upload = { method: "POST", as, body: uploadOf(fileOf("new")) };
    seen[as] = (await it.ask(`${HOST}/api/v4/projects/7/packages/pypi`, upload)).status;
  }
  expect(seen).toEqual({ nobody: 401, "good:wrong": 401, guest: 403, "no-access": 403, revoked: 401, good: 201 });
});

test.each([false, true])("a token of another scope is refused, and no other; public: %s", async (open) => {
  const index = indexOf({
    flavour: "gitlab",
    url: `${HOST}/api/v4/projects/7/packages/pypi/simple/`,
    public: open,
    options: { "wrong-scope": true },
    users: [...indexOf().users, { name: "gitlab-ci-token", state: "good" }],
  });
  await using it = await openFixture({ indexes: [index], files: { private: [sandbox] } });
  const seen: Record<string, unknown[]> = {};
  for (const as of ["good", "guest", "no-access", "Bearer good", "gitlab-ci-token", "nobody", "good:wrong", "expired"]) {
    const { status, headers } = await it.ask(`${index.url}sandbox/`, { as });
    seen[as] = [status, String(headers["www-authenticate"] ?? "").split(" ")[0]];
  }
  const stranger = open ? [200, ""] : [401, "Basic"];
  expect(seen).toEqual({
    good: [403, ""],
    guest: [403, ""],
    "no-access": [403, ""],
    "Bearer good": [403, ""],
    "gitlab-ci-token": [200, ""],
    nobody: stranger,
    "good:wrong": stranger,
    expired: [401, "Bearer"],
  });
});

test("an old version gives files to anybody, and pages to those who may", async () => {
  const index = indexOf({ flavour: "gitlab", url: `${HOST}/api/v4/projects/7/packages/pypi/simple/`, options: { "open-files": true } });
  await using it = await openFixture({ indexes: [index], files: { private: [sandbox] } });
  const file = new URL(FILE, index.url).href;
  const seen = [await it.ask(`${index.url}sandbox/`), await it.ask(file), await it.ask(file, { as: "good:wrong" })];
  expect(seen.map(({ status }) => status)).toEqual([401, 200, 200]);
});

test("with the flag of `json = true` pages are JSON where it is asked for", async () => {
  const url = `${HOST}/api/v4/groups/9/-/packages/pypi/simple/`;
  await using it = await openFixture({ indexes: [indexOf({ flavour: "gitlab", url, json: true })], files: { private: [sandbox] } });
  const page = await it.ask(`${url}sandbox/`, { as: "good", headers: { accept: `${JSON_PAGE}, text/html;q=0.1` } });
  const root = await it.ask(url, { as: "good" });
  expect([page.headers["content-type"], root.status, root.headers["content-type"]]).toEqual([
    JSON_PAGE,
    200,
    expect.stringContaining("text/html"),
  ]);
});

test("a group's pages link to the group's files, and take no uploads", async () => {
  const index = indexOf({
    flavour: "gitlab",
    url: `${HOST}/api/v4/groups/acme%2Flibs/-/packages/pypi/simple/`,
    options: { id: 9 },
  });
  await using it = await openFixture({ indexes: [index], files: { private: [sandbox] } });
  const page = await it.ask(`${index.url}sandbox/`, { as: "good" });
  expect(page.text).toContain(`${HOST}/api/v4/groups/9/-/packages/pypi/files/${HASH}/sandbox-1.0.0-py3-none-any.whl#sha256=${HASH}`);
  const file = await it.ask(`${HOST}/api/v4/groups/9/-/packages/pypi/files/${HASH}/sandbox-1.0.0-py3-none-any.whl`, { as: "good" });
  expect(file.text).toBe("the bytes of sandbox-1.0.0-py3-none-any.whl");
  const upload = await it.ask(`${HOST}/api/v4/groups/9/-/packages/pypi`, { method: "POST", as: "good", body: uploadOf(fileOf("x")) });
  expect(upload.status).toBe(405);
});

test("an id that does not exist is 404, credentials or not", async () => {
  const index = indexOf({ flavour: "gitlab", url: `${HOST}/api/v4/projects/7/packages/pypi/simple/` });
  await using it = await openFixture({ indexes: [index] });
  const elsewhere = `${HOST}/api/v4/projects/8/packages/pypi/simple/sandbox/`;
  expect([(await it.ask(elsewhere)).status, (await it.ask(elsewhere, { as: "good" })).status]).toEqual([404, 404]);
  expect(it.records().map(({ index: name, authorization, secret }) => [name, authorization, secret])).toEqual([
    [null, "none", null],
    [null, "unknown", "private.good"],
  ]);
});

test("object storage: a signed URL elsewhere, where other credentials are an error", async () => {
  const index = indexOf({
    flavour: "gitlab",
    url: `${HOST}/api/v4/projects/7/packages/pypi/simple/`,
    options: { "object-storage": true },
  });
  await using it = await openFixture({ indexes: [index], files: { private: [sandbox] } });
  const given = await it.ask(new URL(FILE, index.url).href, { as: "good" });
  const location = String(given.headers["location"]);
  const stored = [await it.ask(location), await it.ask(location, { as: "good" })];
  expect([given.status, location, ...stored.map((each) => each.status)]).toMatchInlineSnapshot(`
    [
      302,
      "http://storage.gitlab.example.com/api/v4/projects/7/packages/pypi/files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl?X-Amz-Expires=600&X-Amz-SignedHeaders=host",
      200,
      400,
    ]
  `);
});
