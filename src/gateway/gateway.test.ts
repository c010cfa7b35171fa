import { rm, writeFile, mkdtemp } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RequestRecord } from "../observation/model.ts";
import { EVERY_USER, fileOf, indexOf, openFixture, openTunnel } from "../../test/gateway-fixture.ts";

const PAGE = "http://feeds.example.com/a/simple/sandbox/";

test("the journal tells steps, order, users and secrets by name", async () => {
  await using it = await openFixture();
  const heard: RequestRecord[] = [];
  it.gateway.onRequest((record) => void heard.push(record));
  await it.ask(PAGE);
  it.gateway.beginStep(0);
  await it.ask(PAGE, { as: "good:" });
  await it.ask(`${PAGE}?token=${it.secret("good")}`, { as: `${it.secret("guest")}:` });
  it.gateway.beginStep(1);
  await it.ask(PAGE, { as: "good" });
  await it.ask(PAGE, { as: "good stale" });
  expect(it.records()).toEqual(heard);
  for (const { value } of it.secrets) expect(JSON.stringify(heard)).not.toContain(value);
  expect(heard.map(({ step, at, status, user, authorization, secret, url }) => [step, at, status, user, authorization, secret, url]))
    .toMatchInlineSnapshot(`
    [
      [
        -1,
        1,
        401,
        null,
        "none",
        null,
        "http://feeds.example.com/a/simple/sandbox/",
      ],
      [
        0,
        2,
        401,
        "good",
        "user-only",
        null,
        "http://feeds.example.com/a/simple/sandbox/",
      ],
      [
        0,
        3,
        401,
        "<secret:private.guest>",
        "user-only",
        "private.guest",
        "http://feeds.example.com/a/simple/sandbox/?token=<secret:private.good>",
      ],
      [
        1,
        4,
        200,
        "good",
        "good",
        "private.good",
        "http://feeds.example.com/a/simple/sandbox/",
      ],
      [
        1,
        5,
        401,
        "good",
        "stale",
        "private.good (stale)",
        "http://feeds.example.com/a/simple/sandbox/",
      ],
    ]
  `);
});

test("no step's requests hang on how fast the step before it was: answers are older than a second", async () => {
  await using it = await openFixture();
  for (const url of [PAGE, PAGE.replace("sandbox", "absent")]) {
    const before = Date.now();
    const { headers } = await it.ask(url, { as: "good" });
    expect(before - Date.parse(String(headers["date"]))).toBeGreaterThanOrEqual(1000);
    expect(headers["cache-control"]).toBeUndefined();
  }
});

test("`cache-control` is what pages come with, files and refusals do not", async () => {
  await using it = await openFixture({ indexes: [indexOf({ url: "http://feeds.example.com/a/simple/", cacheControl: "max-age=600" })] });
  const page = await it.ask(PAGE, { as: "good" });
  expect([page.status, page.headers["cache-control"]]).toEqual([200, "max-age=600"]);
  const [href = ""] = /(?<=href=")[^"#]*/.exec(page.text) ?? [];
  const file = await it.ask(new URL(href, PAGE).href, { as: "good" });
  expect([file.status, file.headers["cache-control"]]).toEqual([200, undefined]);
  const refused = await it.ask(PAGE);
  expect([refused.status, refused.headers["cache-control"]]).toEqual([401, undefined]);
});

test("pages change with what is published, yanked and uploaded", async () => {
  const files = [fileOf("sandbox", "1.0")];
  const source = { kind: "files" as const, list: () => files };
  await using it = await openFixture({ indexes: [indexOf({ users: [], json: true })], sources: { private: source } });
  const page = async (): Promise<unknown> => {
    const { text } = await it.ask(PAGE, { headers: { accept: "application/vnd.pypi.simple.v1+json" } });
    const { files: listed } = JSON.parse(text) as { files: { filename: string; yanked: unknown }[] };
    return listed.map(({ filename, yanked }) => `${filename.split("-")[1]}${yanked === false ? "" : " yanked"}`);
  };
  const seen = [await page()];
  files.push(fileOf("sandbox", "2.0"));
  seen.push(await page());
  it.gateway.apply({ kind: "yank", index: "private", package: "Sandbox", version: "1.0" });
  seen.push(await page());
  expect(seen).toEqual([["1.0"], ["1.0", "2.0"], ["1.0 yanked", "2.0"]]);
});

test("users change their state, faults come and go", async () => {
  await using it = await openFixture();
  const seen: number[] = [];
  const look = async (): Promise<void> => void seen.push((await it.ask(PAGE, { as: "good" })).status);
  await look();
  it.gateway.apply({ kind: "user-state", index: "private", user: "good", state: "guest" });
  await look();
  it.gateway.apply({ kind: "user-state", index: "private", user: "good", state: "good" });
  const fault = { kind: "status", for: "any", when: "always", status: 500, retryAfterSeconds: null } as const;
  it.gateway.apply({ kind: "faults", index: "private", faults: [fault] });
  await look();
  it.gateway.apply({ kind: "faults", index: "private", faults: [] });
  await look();
  expect(seen).toEqual([200, 403, 500, 200]);
});

test("each user sees what is theirs", async () => {
  const files = {
    private: [fileOf("sandbox", "1.0"), fileOf("sandbox", "2.0", { visibleTo: ["bob"] }), fileOf("secret", "1.0", { visibleTo: ["bob"] })],
  };
  const users = ["alice", "bob"].map((name) => ({ name, state: "good" as const }));
  await using it = await openFixture({ indexes: [indexOf({ users, public: true })], files });
  const seen: Record<string, unknown> = {};
  for (const as of ["nobody", "alice", "bob", "alice"]) {
    const page = await it.ask(PAGE, { as });
    const hidden = await it.ask("http://feeds.example.com/a/simple/secret/", { as });
    const file = await it.ask(`${PAGE}sandbox-2.0-py3-none-any.whl`, { as });
    seen[as] = [[...page.text.matchAll(/>(sandbox[^<]+)</g)].map(([, name]) => name), hidden.status, file.status];
  }
  expect(seen).toMatchInlineSnapshot(`
    {
      "alice": [
        [
          "sandbox-1.0-py3-none-any.whl",
        ],
        404,
        404,
      ],
      "bob": [
        [
          "sandbox-1.0-py3-none-any.whl",
          "sandbox-2.0-py3-none-any.whl",
        ],
        200,
        200,
      ],
      "nobody": [
        [
          "sandbox-1.0-py3-none-any.whl",
        ],
        404,
        404,
      ],
    }
  `);
});

test("a file on disk is streamed, whole or in part; one that is gone is our trouble, not an answer", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gateway-"));
  try {
    const path = join(folder, "big.whl");
    const bytes = Buffer.alloc(3_000_000, "0123456789");
    await writeFile(path, bytes);
    const big = { size: bytes.length, content: { kind: "file", path } } as const;
    const gone = { size: 10, content: { kind: "file", path: join(folder, "gone.whl") } } as const;
    await using it = await openFixture({
      indexes: [indexOf({ url: "https://feeds.example.com/a/simple/", users: [] })],
      files: { private: [fileOf("big", "1", big), fileOf("gone", "1", gone)] },
    });
    const url = "https://feeds.example.com/a/simple/big/big-1-py3-none-any.whl";
    for (const http of ["1.1", "2.0"] as const) {
      expect((await it.ask(url, { http })).text).toBe(bytes.toString());
      expect((await it.ask(url, { http, headers: { range: "bytes=-12" } })).text).toBe("890123456789");
    }
    expect(it.troubles).toEqual([]);
    await expect(it.ask(url.replaceAll("big", "gone"))).rejects.toThrow(/hang up|ECONNRESET|aborted/);
    expect(it.troubles).toEqual([expect.stringContaining("ENOENT")]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("headers are recorded, but none that may hold a credential, and no secret in any", async () => {
  await using it = await openFixture();
  const headers = { "user-agent": `uv/1 ${it.secret("good")}`, cookie: "session=abc", "x-api-key": "abc", "proxy-authorization": "abc" };
  await it.ask(PAGE, { as: "good", headers });
  const [record] = it.records();
  expect(record?.headers).toMatchObject({ "user-agent": "uv/1 <secret:private.good>", "if-none-match": null });
  expect(JSON.stringify(record)).not.toMatch(/abc|cookie|api-key|authorization":"(?!good)/);
});

test("sabotaged, declared indexes drop every connection and others answer", async () => {
  const indexes = [indexOf(), indexOf({ name: "secure", url: "https://secure.example.com/simple/", users: EVERY_USER })];
  await using it = await openFixture({ indexes });
  const old = await openTunnel(new URL(it.gateway.proxyUrl ?? ""), "secure.example.com:443");
  it.gateway.sabotage("down");
  await expect(it.ask(PAGE)).rejects.toThrow(/hang up|ECONNRESET|aborted/);
  await expect(it.ask("https://secure.example.com/simple/sandbox/")).rejects.toThrow("the tunnel was refused");
  expect((await it.ask("https://other.example.com/simple/sandbox/")).status).toBe(404);
  expect(it.records().map(({ index, status, reason }) => [index, status, reason])).toEqual([
    ["private", 0, undefined],
    ["secure", 0, "the connection was refused"],
    [null, 404, undefined],
  ]);
  old.destroy();
});

test("closing ends every connection and frees the port, twice over", async () => {
  const it = await openFixture({ indexes: [indexOf({ url: "https://feeds.example.com/simple/", users: [] })] });
  const proxy = new URL(it.gateway.proxyUrl ?? "");
  const idle = connect(Number(proxy.port), proxy.hostname);
  const tunnel = await openTunnel(proxy, "feeds.example.com:443");
  await it.ask("https://feeds.example.com/simple/sandbox/", { http: "2.0" });
  const ended = Promise.all(
    [idle, tunnel].map((socket) => new Promise((resolve) => void socket.once("close", resolve).on("error", () => {}))),
  );
  await it[Symbol.asyncDispose]();
  await ended;
  await expect(openTunnel(proxy, "feeds.example.com:443")).rejects.toThrow("ECONNREFUSED");
  await it[Symbol.asyncDispose]();
});
