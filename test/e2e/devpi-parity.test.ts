import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildDistributions } from "../../src/run/harness/prepare.ts";
import type { Distribution } from "../../src/scenario/distribution.ts";
import { startDevpi, stub, type Server } from "../capture/servers.ts";
import { type Fixture, indexOf, openFixture, uploadOf } from "../gateway-fixture.ts";
import { WHOLE, wholeNote } from "../product/extent.ts";
import { temporaryFolder } from "../real-tools.ts";
import { send, type WireAnswer, type WireRequest } from "../wire.ts";

/** The flavour against a real devpi-server 6.20.3: the same requests, the same answers. Where they differ, the difference stands here. */

const HOST = "devpi.example.com";
const AGENTS = { uv: "uv/0.9.5", pip: "pip/24.0", twine: "twine/6.2.0", browser: "Mozilla/5.0" };
const ACCEPTS = ["application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01", "text/html"];
const packages = [stub("sandbox"), stub("acme-dep")];

/** What a client acts upon: status, where it is sent, how it is challenged, and of pages their type and links. */
function told(answer: WireAnswer, asked: WireRequest, origin: string): string {
  const { status, headers, body } = answer;
  const of = (url: string): string => url.replace(origin, "");
  const at = (href: string): string => of(new URL(href, origin + asked.path).href);
  const kept = ["location", "www-authenticate"].flatMap((name) => (headers[name] === undefined ? [] : [`${name} ${of(headers[name])}`]));
  if (status !== 200) return [status, ...kept].join(", ");
  const type = String(headers["content-type"]).replace("UTF-8", "utf-8");
  const links = [...body.matchAll(/<a [^>]*?href="([^"]*)"[^>]*>/g)].map(([tag, href = ""]) => tag.replace(href, at(href)));
  const json = type.includes("simple.v1+json") ? readable(body, at) : "";
  return [status, ...kept, type, ...links.sort(), json].join(", ");
}

function readable(body: string, at: (href: string) => string): string {
  const page: { projects?: { name: string }[]; files?: { url: string }[] } = JSON.parse(body);
  page.projects?.sort((one, other) => (one.name < other.name ? -1 : 1));
  return JSON.stringify({ ...page, files: page.files?.map((file) => ({ ...file, url: at(file.url) })) });
}

describe.skipIf(!WHOLE)(`a real devpi${wholeNote}`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let real: Server;
  let ours: Fixture;
  let wheel: Distribution;

  beforeAll(async () => {
    folder = await temporaryFolder();
    real = await startDevpi(folder.path, packages);
    const index = indexOf({
      flavour: "devpi",
      url: `http://${HOST}/team/prod/+simple/`,
      json: true,
      public: true,
      users: [{ name: "team", state: "good" }],
    });
    const files = await buildDistributions(packages);
    wheel = files[0] as Distribution;
    ours = await openFixture({ indexes: [index], files: { private: files } });
  });
  afterAll(async () => {
    for (const each of [ours, real, folder]) await each[Symbol.asyncDispose]();
  });

  async function differences(requests: readonly [name: string, WireRequest, realAs?: string, oursAs?: string][]): Promise<string[]> {
    const found: string[] = [];
    for (const [name, asked, realAs, oursAs = realAs] of requests) {
      const origin = `http://127.0.0.1:${real.port}`;
      const as = (who?: string): WireRequest => (who === undefined ? asked : { ...asked, as: who });
      const one = told(await send(origin, `127.0.0.1:${real.port}`, as(realAs)), asked, origin);
      const other = told(await send(ours.gateway.proxyUrl ?? "", HOST, as(oursAs), `http://${HOST}`), asked, `http://${HOST}`);
      if (one !== other) found.push(`${name} ${asked.method ?? "GET"} ${asked.path}: ${one} | flavour ${other}`);
    }
    return found;
  }

  const PAGES = ["", "sandbox/", "sandbox", "acme-dep/", "Sandbox/", "Acme.Dep/", "Acme.Dep", "absent/", "absent"];

  test("pages, with +simple and without, to installers and browsers", async () => {
    const paths = ["/team/prod", "/team/prod/+simple", ...PAGES.flatMap((page) => [`/team/prod/+simple/${page}`, `/team/prod/${page}`])];
    const asked = Object.entries(AGENTS).flatMap(([name, agent]) =>
      ACCEPTS.flatMap((accept) =>
        paths.map((path): [string, WireRequest] => [`${name} ${accept}`, { path, headers: { "user-agent": agent, accept } }]),
      ),
    );
    const sample = await send(`http://127.0.0.1:${real.port}`, `127.0.0.1:${real.port}`, {
      path: "/team/prod/sandbox/",
      headers: { "user-agent": "uv/0.9.5" },
    });
    // The real one serves uv without +simple, or nothing was compared.
    expect([sample.status, sample.body.includes(".whl#sha256=")]).toEqual([200, true]);
    expect(await differences(asked)).toEqual([]);
  });

  test("files, and whoever asks", async () => {
    const uv = { "user-agent": AGENTS.uv };
    const file = `/team/prod/+f/${wheel.sha256.slice(0, 3)}/${wheel.sha256.slice(3, 16)}/${wheel.filename}`;
    const page = "/team/prod/+simple/sandbox/";
    const good = `team:${ours.secret("team")}`;
    const asked: [string, WireRequest, string?, string?][] = [
      ["whole", { path: file, headers: uv }],
      ["part", { path: file, headers: { ...uv, range: "bytes=0-9" } }],
      ["length", { path: file, method: "HEAD", headers: uv }],
      ["metadata", { path: `${file}.metadata`, headers: uv }],
      ["another file", { path: file.replace("1.4.0", "1.5.0"), headers: uv }],
      ...[page, file].flatMap((path): [string, WireRequest, string, string?][] => [
        ["wrong", { path, headers: uv }, "team:wrong"],
        ["stranger", { path, headers: uv }, "zoe:wrong"],
        ["good", { path, headers: uv }, "team:team", good],
      ]),
    ];
    expect(await differences(asked)).toEqual([]);
  });

  test("uploads, where they belong and where they do not", async () => {
    const form = new Response(uploadOf(wheel));
    const body = { type: form.headers.get("content-type") ?? "", text: Buffer.from(await form.arrayBuffer()) };
    const good = `team:${ours.secret("team")}`;
    const paths = [
      "/team/prod/",
      "/team/prod",
      "/team/prod/+simple/",
      "/team/prod/+simple",
      "/team/prod/+simple/sandbox/",
      "/team/prod/sandbox/",
    ];
    const asked = paths.flatMap((path): [string, WireRequest, string?, string?][] => {
      const request = { path, method: "POST", headers: { "user-agent": AGENTS.uv }, body };
      return [
        ["nobody", request],
        ["good", request, "team:team", good],
        ["good, by twine", { ...request, headers: { "user-agent": AGENTS.twine } }, "team:team", good],
      ];
    });
    asked.push(["wrong", { path: "/team/prod/", method: "POST", body }, "team:wrong"]);
    // Links of the page that a POST to +simple shows: nobody who uploads reads them.
    const withoutLinks = (each: string): string => each.replaceAll(/, <a [^>]*>/g, "").replaceAll(/, (?= \||$)/g, "");
    const found = (await differences(asked)).map(withoutLinks).filter((each) => {
      const [, one, other] = /: (.*) \| flavour (.*)$/.exec(each) ?? [];
      return one !== other;
    });
    expect(found).toEqual([]);
  });
});
