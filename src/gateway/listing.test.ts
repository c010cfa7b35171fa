import { expect, test } from "vitest";
import { fileOf, indexOf, openFixture } from "../../test/gateway-fixture.ts";
import { FLAVOUR_TRAITS } from "../scenario/flavour.ts";
import { FLAVOURS, type Index } from "../scenario/model.ts";

const JSON_PAGE = { headers: { accept: "application/vnd.pypi.simple.v1+json" } };
const OPEN = { users: [], url: "http://feeds.example.com/simple/" };
const EMPTY = { kind: "generated", name: "Old.Thing", version: "0", formats: [], requires: [], extras: {}, requiresPython: null } as const;
const NO_FILES = [{ ...EMPTY, scripts: {}, files: {}, yanked: false, visibleTo: null, keyringPlugin: null }] as const;

test("a project without files has a page, and so has one that is not there, where the index says so", async () => {
  const plain = indexOf({ ...OPEN, packages: NO_FILES });
  const group = indexOf({ ...OPEN, name: "group", url: "http://group.example.com/simple/", emptyPages: true });
  await using it = await openFixture({ indexes: [plain, group], files: { private: [fileOf("sandbox")], group: [] } });
  const told = await Promise.all(
    [`${plain.url}old-thing/`, `${plain.url}absent/`, `${group.url}absent/`].map(async (url) => {
      const { status, text } = await it.ask(url);
      return `${status}, ${text.match(/<a /g)?.length ?? 0} links`;
    }),
  );
  expect(told).toEqual(["200, 0 links", "404, 0 links", "200, 0 links"]);
});

test("pages of every flavour tell the hashes that they are said to tell, and link to another index's file", async () => {
  const bucket = indexOf({ ...OPEN, name: "bucket", url: "http://bucket.example.com/b/", options: { "refuse-authorization": 400 } });
  const md5 = fileOf("sandbox", "1.0.0", { hashes: { md5: "0cc1", sha512: "ff" }, uploadTime: "2026-01-31T12:00:00Z" });
  const none = fileOf("sandbox", "2.0.0", { hashes: {}, filesAt: "bucket" });
  for (const flavour of FLAVOURS) {
    const { path } = FLAVOUR_TRAITS[flavour];
    const index = indexOf({ flavour, users: [], url: `http://feeds.example.com${path}` });
    await using it = await openFixture({ indexes: [index, bucket], files: { private: [md5, none], bucket: [none] } });
    const { text } = await it.ask(`${index.url}sandbox/`);
    expect.soft(text, flavour).toContain("sandbox-1.0.0-py3-none-any.whl#md5=0cc1");
    expect.soft(text, flavour).toContain("http://bucket.example.com/b/sandbox/sandbox-2.0.0-py3-none-any.whl");
    expect.soft(text, flavour).not.toMatch(/2\.0\.0-py3-none-any\.whl#/);
  }
  const index = indexOf({ ...OPEN, json: true });
  await using it = await openFixture({ indexes: [index, bucket], files: { private: [md5], bucket: [none] } });
  const page = JSON.parse((await it.ask(`${index.url}sandbox/`, JSON_PAGE)).text) as { files: Record<string, unknown>[] };
  expect(page.files[0]).toMatchObject({ hashes: { md5: "0cc1", sha512: "ff" }, "upload-time": "2026-01-31T12:00:00Z" });
  const file = `${bucket.url}sandbox/sandbox-2.0.0-py3-none-any.whl`;
  expect([(await it.ask(file)).status, (await it.ask(file, { as: "me:x" })).status]).toEqual([200, 400]);
});

test("a plain index answers strangers and wrong secrets with statuses of its own, and a challenge where that is 401", async () => {
  const index = indexOf({ options: { "anonymous-status": 403, "invalid-status": 400 } });
  await using it = await openFixture({ indexes: [index, indexOf({ name: "usual", url: "http://usual.example.com/simple/" })] });
  const told = async (url: string, as?: string): Promise<string> => {
    const { status, headers } = await it.ask(url, as === undefined ? {} : { as });
    return `${status}${headers["www-authenticate"] === undefined ? "" : ", challenge"}`;
  };
  const page = `${index.url}sandbox/`;
  expect([await told(page), await told(page, "good:wrong"), await told("http://usual.example.com/simple/sandbox/")]).toEqual([
    "403",
    "400",
    "401, challenge",
  ]);
});

test("links are relative, or below a base", async () => {
  const hrefs = async (options: Index["options"]): Promise<string[]> => {
    const index = indexOf({ ...OPEN, options });
    await using it = await openFixture({ indexes: [index] });
    const { text } = await it.ask(`${index.url}sandbox/`);
    const links = [...text.matchAll(/href="([^"#]*)/g)].map(([, href = ""]) => href);
    const base = new URL(/<base href="([^"]*)"/.exec(text)?.[1] ?? `${index.url}sandbox/`);
    const { status } = await it.ask(new URL(links.at(-1) ?? "", base).href);
    return [...links, String(status)];
  };
  expect({
    relative: await hrefs({ links: "relative" }),
    "relative, files elsewhere": await hrefs({ links: "relative", "files-below": "/files/" }),
    "a base": await hrefs({ links: "base", "files-below": "/files/" }),
  }).toEqual({
    relative: ["sandbox-1.0.0-py3-none-any.whl", "200"],
    "relative, files elsewhere": ["../../files/sandbox/sandbox-1.0.0-py3-none-any.whl", "200"],
    "a base": ["http://feeds.example.com/files/sandbox/", "sandbox-1.0.0-py3-none-any.whl", "200"],
  });
});

test("an index without a list of projects, and a proxy in front that answers strangers with a login page", async () => {
  const rootless = indexOf({ ...OPEN, options: { "no-root": true } });
  const guarded = indexOf({ name: "guarded", url: "http://guarded.example.com/simple/", options: { "login-page": true } });
  await using it = await openFixture({
    indexes: [rootless, guarded],
    files: { private: [fileOf("sandbox")], guarded: [fileOf("sandbox")] },
  });
  const told = async (url: string, as?: string): Promise<string> => {
    const { status, headers, text } = await it.ask(url, as === undefined ? {} : { as });
    return `${status} ${String(headers["content-type"]).split(";")[0]} ${/<form>/.test(text) ? "a form" : ""}`.trim();
  };
  expect({
    root: await told(rootless.url),
    page: await told(`${rootless.url}sandbox/`),
    "a stranger's page": await told(`${guarded.url}sandbox/`),
    "a stranger's file": await told(`${guarded.url}sandbox/sandbox-1.0.0-py3-none-any.whl`),
  }).toEqual({
    root: "404 text/plain",
    page: "200 text/html",
    "a stranger's page": "200 text/html a form",
    "a stranger's file": "200 text/html a form",
  });
});

test("headers of pages and files, and 304 to who has them already; on the default index, too", async () => {
  const headers = { pages: { etag: '"p1"', age: "60", "last-modified": "Mon, 05 Jan 2026 00:00:00 GMT" }, files: { etag: '"f1"' } };
  const index = indexOf({ ...OPEN, headers, cacheControl: "max-age=600" });
  await using it = await openFixture({
    indexes: [index],
    defaultIndex: { headers },
    files: { private: [fileOf("sandbox")], default: [fileOf("pub")] },
  });
  const told = async (url: string, asked: Record<string, string> = {}): Promise<string> => {
    const { status, headers: sent } = await it.ask(url, { headers: asked });
    return [status, sent["etag"], sent["age"], sent["cache-control"]].join(" ");
  };
  const page = `${index.url}sandbox/`;
  expect({
    page: await told(page),
    "a page that is known": await told(page, { "if-none-match": '"p1"' }),
    "a page known by its date": await told(page, { "if-modified-since": "Mon, 05 Jan 2026 00:00:00 GMT" }),
    "an older page": await told(page, { "if-none-match": '"p0"', "if-modified-since": "Mon, 05 Jan 2026 00:00:00 GMT" }),
    file: await told(`${page}sandbox-1.0.0-py3-none-any.whl`),
    "what is not there": await told(`${index.url}absent/`),
    "the default index": await told("http://pypi.example/simple/pub/"),
  }).toEqual({
    page: '200 "p1" 60 max-age=600',
    "a page that is known": '304 "p1" 60 max-age=600',
    "a page known by its date": '304 "p1" 60 max-age=600',
    "an older page": '200 "p1" 60 max-age=600',
    file: '200 "f1"  ',
    "what is not there": "404   ",
    "the default index": '200 "p1" 60 ',
  });
});
