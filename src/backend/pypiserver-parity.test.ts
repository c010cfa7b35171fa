import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pypiserverProcess } from "../../test/pypiserver.ts";
import { plainIndex } from "../../test/scenario-fixture.ts";
import { send, type WireAnswer, type WireRequest } from "../../test/wire.ts";
import { type Gateway, type Source, startGateway } from "../gateway/gateway.ts";
import type { Secret } from "../observation/secret.ts";
import { buildPackage } from "../package/build.ts";
import { packagePrograms } from "../run/programs.ts";
import type { GeneratedPackage, Index } from "../scenario/model.ts";
import type { PypiserverBackend, PypiserverIndex } from "./pypiserver-index.ts";
import { pypiserverRequest } from "./pypiserver-request.ts";

const HOST = "feeds.example.com";
const ROOT = "/acme/pypi";
/** Secrets are long; test titles need not be. */
const TAIL = "-0123456789-0123456789";
const GOOD = `alice:good-alice${TAIL}`;
const INDEX = plainIndex({
  name: "private",
  flavour: "pypiserver",
  url: `http://${HOST}${ROOT}/simple/`,
  users: [
    { name: "alice", state: "good" },
    { name: "eve", state: "revoked" },
  ],
  http: "1.1",
  metadata: false,
  json: false,
});
const SECRETS: readonly Secret[] = INDEX.users.flatMap(({ name: user }) =>
  (["good", "stale"] as const).map((kind) => ({ name: `private.${user}`, index: "private", user, kind, value: `${kind}-${user}${TAIL}` })),
);
const WHEEL = "/packages/sandbox-1.0-py3-none-any.whl";

/**
 * The flavour of the embedded index against the real server: same requests, same answers. Where they differ, the
 * difference stands here and in docs/pypiserver.md.
 */
describe("pypiserver and the flavour that plays it", () => {
  let server: PypiserverBackend;
  let real: PypiserverIndex;
  let flavour: Gateway;
  let behind: Gateway;

  beforeAll(async () => {
    const versions: [string, string, GeneratedPackage["formats"]][] = [
      ["sandbox", "1.0", ["wheel", "sdist"]],
      ["sandbox", "10.0", ["wheel"]],
      ["sandbox", "2.0", ["wheel"]],
      ["sandbox", "2.0rc1", ["wheel"]],
      ["My.Pkg", "1.0", ["wheel"]],
    ];
    const distributions = (
      await Promise.all(versions.map(([name, version, formats]) => buildPackage(generated(name, version, formats), packagePrograms())))
    ).flat();
    server = await pypiserverProcess();
    real = await server.openIndex(pypiserverRequest(INDEX, distributions, SECRETS));
    const other = await server.openIndex(pypiserverRequest(INDEX, distributions, SECRETS));
    flavour = await gateway({ kind: "files", list: () => distributions });
    behind = await gateway({ kind: "upstream", url: other.origin });
  }, 180_000);
  afterAll(async () => {
    for (const each of [flavour, behind, server]) await each[Symbol.asyncDispose]();
  });

  async function answers(asked: WireRequest): Promise<{ real: WireAnswer; flavour: WireAnswer; behind: WireAnswer }> {
    const origin = new URL(real.origin);
    // Files of one version come in the order in which the disk lists them.
    const inOrder = (answer: WireAnswer): WireAnswer =>
      asked.path.endsWith("/packages/") ? { ...answer, body: answer.body.split("\n").sort().join("\n") } : answer;
    return {
      real: inOrder(await send(origin.href, HOST, asked, origin.pathname)),
      flavour: inOrder(await send(flavour.proxyUrl ?? "", HOST, asked, `http://${HOST}`)),
      behind: inOrder(await send(behind.proxyUrl ?? "", HOST, asked, `http://${HOST}`)),
    };
  }

  /** One line for each difference; an empty list where there is none. */
  async function differences(requests: readonly WireRequest[]): Promise<string[]> {
    const lines: string[] = [];
    for (const asked of requests) {
      const { real, flavour, behind } = await answers(asked);
      const name = describeRequest(asked);
      lines.push(...compare(real, flavour).map((difference) => `${name}: ${difference}`));
      // What sits behind the gateway must come through it unchanged.
      lines.push(...compare(real, behind, true).map((difference) => `${name}: BEHIND THE GATEWAY: ${difference}`));
    }
    return lines;
  }

  test("agree on who is let in", async () => {
    const credentials = [
      undefined,
      GOOD,
      "alice:",
      "alice:nope",
      `alice:stale-alice${TAIL}`,
      `eve:good-eve${TAIL}`,
      "zoe:x",
      `:good-alice${TAIL}`,
    ];
    const odd = ["Bearer abc", "Basic !!!", `Basic ${Buffer.from("alice").toString("base64")}`];
    const paths = [
      "/simple/",
      "/simple/sandbox/",
      "/simple/absent/",
      "/simple/Sandbox/",
      "/simple",
      "/packages/",
      WHEEL,
      "/packages/absent.whl",
    ];
    const requests = paths.flatMap((path) => [...credentials, ...odd].map((as) => request({ path, as })));
    const shown = await Promise.all(
      [undefined, GOOD, "alice:", "alice:nope"].map(async (as) => (await answers(request({ path: "/simple/", as }))).real.status),
    );
    expect(shown).toEqual([401, 200, 403, 403]);
    expect(await differences(requests)).toMatchInlineSnapshot(`
      [
        "GET /packages/sandbox-1.0-py3-none-any.whl as alice:good-alice: last-modified a time, flavour none",
      ]
    `);
  });

  test("agree on what is not gated at all", async () => {
    const paths = ["/", "", "/sandbox", "/sandbox/", "/favicon.ico", "/health", "/x/y/z", "/simple/sandbox/x", "/simple//sandbox/"];
    expect(await differences(paths.flatMap((path) => [request({ path }), request({ path, as: GOOD })]))).toMatchInlineSnapshot(`
      [
        "GET / as nobody: content-length 1053, flavour 49",
        "GET / as nobody: another body",
        "GET / as alice:good-alice: content-length 1053, flavour 49",
        "GET / as alice:good-alice: another body",
        "GET  as nobody: content-length 1053, flavour 49",
        "GET  as nobody: another body",
        "GET  as alice:good-alice: content-length 1053, flavour 49",
        "GET  as alice:good-alice: another body",
      ]
    `);
  });

  test("agree on pages, redirects and what is missing", async () => {
    const pages = ["", "sandbox/", "sandbox", "Sandbox/", "my-pkg/", "My.Pkg/", "my_pkg", "absent/", "s%61ndbox/", "sandbox/?q=1"];
    const others = ["/simple", "/packages", "/packages/", "/packages/absent.whl", "/packages/a/b.whl", `${WHEEL}.metadata`];
    const paths = [...pages.map((page) => `/simple/${page}`), ...others, "/sandbox/json", "/absent/json"];
    const json = { accept: "application/vnd.pypi.simple.v1+json" };
    const requests = [...paths.map((path) => request({ path, as: GOOD })), request({ path: "/simple/sandbox/", as: GOOD, headers: json })];
    expect(await differences(requests)).toMatchInlineSnapshot(`
      [
        "GET /sandbox/json as alice:good-alice: 200, flavour 404",
      ]
    `);
  });

  test("agree on files, ranges and methods, as far as installers go", async () => {
    const ranges = ["bytes=0-9", "bytes=5-", "bytes=-5", "bytes=0-999999", "bytes=999999-", "bytes=9-1", "items=0-1", "bytes=0-1,3-4"];
    const requests = [
      request({ path: WHEEL, as: GOOD }),
      request({ path: "/packages/sandbox-1.0.tar.gz", as: GOOD }),
      ...ranges.map((range) => request({ path: WHEEL, as: GOOD, headers: { range } })),
      ...["HEAD", "DELETE", "PUT", "OPTIONS", "POST"].flatMap((method) => [
        request({ path: WHEEL, as: GOOD, method }),
        request({ path: "/simple/sandbox/", as: GOOD, method }),
        request({ path: "/simple/sandbox/", method }),
      ]),
    ];
    expect(await differences(requests)).toMatchInlineSnapshot(`
      [
        "GET /packages/sandbox-1.0-py3-none-any.whl as alice:good-alice: last-modified a time, flavour none",
        "GET /packages/sandbox-1.0.tar.gz as alice:good-alice: content-type application/x-tar, flavour application/octet-stream",
        "GET /packages/sandbox-1.0.tar.gz as alice:good-alice: last-modified a time, flavour none",
        "GET /packages/sandbox-1.0-py3-none-any.whl (range: bytes=0-9) as alice:good-alice: last-modified a time, flavour none",
        "GET /packages/sandbox-1.0-py3-none-any.whl (range: bytes=5-) as alice:good-alice: last-modified a time, flavour none",
        "GET /packages/sandbox-1.0-py3-none-any.whl (range: bytes=-5) as alice:good-alice: last-modified a time, flavour none",
        "GET /packages/sandbox-1.0-py3-none-any.whl (range: bytes=0-999999) as alice:good-alice: last-modified a time, flavour none",
        "GET /packages/sandbox-1.0-py3-none-any.whl (range: bytes=999999-) as alice:good-alice: accept-ranges none, flavour bytes",
        "GET /packages/sandbox-1.0-py3-none-any.whl (range: bytes=999999-) as alice:good-alice: content-range none, flavour bytes */952",
        "GET /packages/sandbox-1.0-py3-none-any.whl (range: bytes=9-1) as alice:good-alice: 416, flavour 200",
        "GET /packages/sandbox-1.0-py3-none-any.whl (range: items=0-1) as alice:good-alice: 416, flavour 200",
        "GET /packages/sandbox-1.0-py3-none-any.whl (range: bytes=0-1,3-4) as alice:good-alice: 206, flavour 200",
        "HEAD /packages/sandbox-1.0-py3-none-any.whl as alice:good-alice: last-modified a time, flavour none",
        "DELETE /packages/sandbox-1.0-py3-none-any.whl as alice:good-alice: allow GET, flavour GET, HEAD, POST",
        "DELETE /simple/sandbox/ as alice:good-alice: allow GET, flavour GET, HEAD, POST",
        "DELETE /simple/sandbox/ as nobody: 405, flavour 401",
        "PUT /packages/sandbox-1.0-py3-none-any.whl as alice:good-alice: allow GET, flavour GET, HEAD, POST",
        "PUT /simple/sandbox/ as alice:good-alice: allow GET, flavour GET, HEAD, POST",
        "PUT /simple/sandbox/ as nobody: 405, flavour 401",
        "OPTIONS /packages/sandbox-1.0-py3-none-any.whl as alice:good-alice: allow GET, flavour GET, HEAD, POST",
        "OPTIONS /simple/sandbox/ as alice:good-alice: allow GET, flavour GET, HEAD, POST",
        "OPTIONS /simple/sandbox/ as nobody: 405, flavour 401",
        "POST /packages/sandbox-1.0-py3-none-any.whl as alice:good-alice: allow GET, flavour GET, HEAD",
        "POST /simple/sandbox/ as alice:good-alice: allow GET, flavour GET, HEAD",
        "POST /simple/sandbox/ as nobody: allow GET, flavour GET, HEAD",
      ]
    `);
  });

  test("agree on uploads", async () => {
    const post = (changes: Partial<WireRequest>): WireRequest => request({ method: "POST", path: "/", as: GOOD, ...changes });
    const requests = [
      request({ method: "POST", path: "/" }),
      post({ as: "alice:nope" }),
      post({}),
      post({ body: form("sandbox-3.0-py3-none-any.whl") }),
      post({ body: form("sandbox-3.0-py3-none-any.whl") }),
      post({ body: form("sandbox-1.0-py3-none-any.whl") }),
      request({ path: "/simple/sandbox/", as: GOOD }),
      request({ path: "/packages/sandbox-3.0-py3-none-any.whl", as: GOOD, method: "HEAD" }),
    ];
    expect(await differences(requests)).toMatchInlineSnapshot(`
      [
        "HEAD /packages/sandbox-3.0-py3-none-any.whl as alice:good-alice: last-modified a time, flavour none",
      ]
    `);
    const odd = [
      post({ body: form("sandbox-3.0-py3-none-any.whl"), headers: { "user-agent": "twine/6.0" } }),
      post({ body: form("bad name.whl") }),
      post({ body: form("sandbox-4.0-py3-none-any.whl", "frobnicate") }),
      post({ body: form("sandbox-5.0-py3-none-any.whl", "submit") }),
      post({ path: "/legacy/", body: form("sandbox-6.0-py3-none-any.whl") }),
    ];
    expect(await differences(odd)).toMatchInlineSnapshot(`
      [
        "POST / (user-agent: twine/6.0) as alice:good-alice: 400, flavour 409",
        "POST / as alice:good-alice: 400, flavour 200",
        "POST / as alice:good-alice: 400, flavour 200",
        "POST /legacy/ as alice:good-alice: allow GET, flavour GET, HEAD",
      ]
    `);
  });
});

test.each(["azure-devops", "gitlab", "simple"] as const)("an index that is %s elsewhere is served whole", async (flavour) => {
  const index: Index = { ...INDEX, flavour };
  await using server = await pypiserverProcess();
  const distributions = await buildPackage(generated("sandbox", "1.0", ["wheel"]), packagePrograms());
  const { origin } = await server.openIndex(pypiserverRequest(index, distributions, SECRETS));
  await using behind = await gateway({ kind: "upstream", url: origin, list: () => distributions }, index);
  const get = async (path: string, method = "GET"): Promise<WireAnswer> =>
    await send(behind.proxyUrl ?? "", HOST, { path, method, as: GOOD }, `http://${HOST}`);
  const page = await get(`${ROOT}/simple/sandbox/`);
  const href = /href="([^"#]*)/.exec(page.body)?.[1] ?? "";
  expect([page.status, href]).toEqual([200, `${ROOT}${WHEEL}`]);
  expect((await get(href)).status).toBe(200);
  expect((await get(href, "HEAD")).status).toBe(200);
  expect(behind.fileUrlOf("private", "sandbox")).toBe(`http://${HOST}${ROOT}${WHEEL}`);
  expect(behind.requests().map(({ index, authorization, status }) => [index, authorization, status])).toEqual(
    Array.from({ length: 3 }, () => ["private", "good", 200]),
  );
});

async function gateway(source: Source, index = INDEX): Promise<Gateway> {
  return await startGateway({
    mode: "proxy",
    indexes: [index],
    defaultIndex: { ...INDEX, name: "default", users: [], url: "https://default.example/simple/" },
    source: new Map([["private", source]]),
    secrets: SECRETS,
    now: () => 0,
    trouble: (detail) => expect.unreachable(detail),
  });
}

function request(asked: {
  path: string;
  as?: string | undefined;
  method?: string;
  headers?: Record<string, string>;
  body?: WireRequest["body"];
}): WireRequest {
  const { path, as, body, ...rest } = asked;
  return { ...rest, path: ROOT + path, ...(as === undefined ? {} : { as }), ...(body === undefined ? {} : { body }) };
}

function compare(one: WireAnswer, other: WireAnswer, exactly = false): string[] {
  if (one.status !== other.status) return [`${one.status}, flavour ${other.status}`];
  // Of an error the status counts, and what it asks for.
  const error = one.status >= 400 && !exactly;
  const names = new Set([...Object.keys(one.headers), ...Object.keys(other.headers)]);
  const headers = [...names].sort().flatMap((name) => {
    if (error && ["content-length", "content-type"].includes(name)) return [];
    const [a, b] = [one, other].map((each) => each.headers[name]?.replace("charset=utf-8", "charset=UTF-8"));
    // The time at which a file was written.
    const shown = (value: string | undefined): string => (value === undefined ? "none" : name === "last-modified" ? "a time" : value);
    return a === b || (exactly && name === "last-modified") ? [] : [`${name} ${shown(a)}, flavour ${shown(b)}`];
  });
  return error || one.body === other.body ? headers : [...headers, "another body"];
}

function describeRequest({ method = "GET", path, as, headers = {} }: WireRequest): string {
  const sent = Object.entries(headers).map(([name, value]) => ` (${name}: ${value})`);
  return `${method} ${path.slice(ROOT.length)}${sent.join("")} as ${as?.replace(TAIL, "") ?? "nobody"}`;
}

function form(filename: string, action = "file_upload"): NonNullable<WireRequest["body"]> {
  const field = (disposition: string, value: string): string =>
    `--boundary\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`;
  const fields = [
    field('name=":action"', action),
    field('name="name"', "sandbox"),
    field('name="version"', filename.split("-")[1] ?? "0"),
    field(`name="content"; filename="${filename}"`, "content"),
  ];
  return { type: "multipart/form-data; boundary=boundary", text: `${fields.join("")}--boundary--\r\n` };
}

function generated(name: string, version: string, formats: GeneratedPackage["formats"]): GeneratedPackage {
  return {
    kind: "generated",
    name,
    version,
    requires: [],
    extras: {},
    requiresPython: null,
    formats,
    scripts: {},
    files: {},
    yanked: false,
    visibleTo: null,
    keyringPlugin: null,
  };
}
