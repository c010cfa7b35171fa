import { expect, test } from "vitest";
import { hostsOf } from "../scenario/flavour.ts";
import { FLAVOURS } from "../scenario/model.ts";
import { createAddressing } from "./addressing.ts";
import { openRegistry } from "./open-registry.ts";
import { fileOf, type Fixture, indexOf, openFixture } from "../../test/gateway-fixture.ts";

async function owners(it: Fixture, urls: readonly string[]): Promise<string[]> {
  const lines = [];
  for (const url of urls) {
    const { status, text } = await it.ask(url);
    const { index } = it.records().at(-1) ?? {};
    lines.push(`${url} → ${index}, ${status}${status === 200 ? ` ${/>([^<]+\.whl)</.exec(text)?.[1] ?? text}` : ""}`);
  }
  return lines;
}

test("the longest prefix wins, on its own scheme and port", async () => {
  const at = (name: string, url: string) => indexOf({ name, url, users: [] });
  const indexes = [
    at("short", "http://h.example.com/simple/"),
    at("long", "http://h.example.com/simple/long/"),
    at("other-port", "http://h.example.com:81/simple/"),
    at("secure", "https://h.example.com/simple/"),
  ];
  const files = Object.fromEntries(
    [...indexes.map(({ name }) => name), "default"].map((name) => [name, [fileOf("x", "1", { filename: `${name}.whl` })]]),
  );
  await using it = await openFixture({ indexes, files });
  expect(
    await owners(it, [
      "http://h.example.com/simple/x/",
      "http://h.example.com/simple/long/x/",
      "http://h.example.com:81/simple/x/",
      "https://h.example.com/simple/x/",
      "http://H.example.com/simple/x/",
      // Nobody's path on somebody's origin; then nobody's origins.
      "http://h.example.com/elsewhere/x/",
      "https://h.example.com:8443/simple/x/",
      "http://other.example.com/simple/x/",
    ]),
  ).toMatchInlineSnapshot(`
    [
      "http://h.example.com/simple/x/ → short, 200 short.whl",
      "http://h.example.com/simple/long/x/ → long, 200 long.whl",
      "http://h.example.com:81/simple/x/ → other-port, 200 other-port.whl",
      "https://h.example.com/simple/x/ → secure, 200 secure.whl",
      "http://H.example.com/simple/x/ → short, 200 short.whl",
      "http://h.example.com/elsewhere/x/ → null, 404",
      "https://h.example.com:8443/simple/x/ → null, 200 default.whl",
      "http://other.example.com/simple/x/ → null, 200 default.whl",
    ]
  `);
});

test("an undeclared host is the default index, whatever the shape of its paths", async () => {
  const zope = fileOf("zope-event", "1.0", { filename: "zope.event-1.0+local-py3-none-any.whl" });
  const files = { default: [fileOf("simple"), zope, fileOf("sandbox")] };
  await using it = await openFixture({ files, defaultIndex: { metadata: true, json: true } });
  const page = await it.ask("https://mirror.example.com/simple/zope.event/");
  const [, href = ""] = /href="([^"#]+)/.exec(page.text) ?? [];
  expect(
    await owners(it, [
      "https://mirror.example.com/simple/sandbox/",
      "https://mirror.example.com/root/pypi/+simple/Sandbox",
      "https://mirror.example.com/sandbox/",
      "https://mirror.example.com/simple/simple/",
      "https://mirror.example.com/simple/absent/",
      new URL(href, "https://mirror.example.com/").href,
      new URL(`${href}.metadata`, "https://mirror.example.com/").href,
      "https://mirror.example.com/any/where/sandbox-1.0.0-py3-none-any.whl",
      "https://mirror.example.com/any/where/absent-1.0.0-py3-none-any.whl",
    ]),
  ).toMatchInlineSnapshot(`
    [
      "https://mirror.example.com/simple/sandbox/ → null, 200 sandbox-1.0.0-py3-none-any.whl",
      "https://mirror.example.com/root/pypi/+simple/Sandbox → null, 200 sandbox-1.0.0-py3-none-any.whl",
      "https://mirror.example.com/sandbox/ → null, 200 sandbox-1.0.0-py3-none-any.whl",
      "https://mirror.example.com/simple/simple/ → null, 200 simple-1.0.0-py3-none-any.whl",
      "https://mirror.example.com/simple/absent/ → null, 404",
      "https://mirror.example.com/packages/9c/e8/f73ab7aa352571f475088792cb282e7b7d3996a9aa13e25d7fd099363b61/zope.event-1.0+local-py3-none-any.whl → null, 200 the bytes of zope.event-1.0+local-py3-none-any.whl",
      "https://mirror.example.com/packages/9c/e8/f73ab7aa352571f475088792cb282e7b7d3996a9aa13e25d7fd099363b61/zope.event-1.0+local-py3-none-any.whl.metadata → null, 200 Metadata-Version: 2.1
    Name: zope-event
    Version: 1.0
    ",
      "https://mirror.example.com/any/where/sandbox-1.0.0-py3-none-any.whl → null, 200 the bytes of sandbox-1.0.0-py3-none-any.whl",
      "https://mirror.example.com/any/where/absent-1.0.0-py3-none-any.whl → null, 404",
    ]
  `);
  const root = await it.ask("https://mirror.example.com/simple/", { headers: { accept: "application/vnd.pypi.simple.v1+json" } });
  expect(root.text).toMatchInlineSnapshot(
    `"{"meta":{"api-version":"1.1"},"projects":[{"name":"sandbox"},{"name":"simple"},{"name":"zope-event"}]}"`,
  );
  expect((await it.ask("https://mirror.example.com/legacy/", { method: "POST", body: new FormData() })).status).toBe(405);
});

test("an https index asked for over http is undeclared there; a declared redirect leads across", async () => {
  const secure = indexOf({ name: "secure", url: "https://h.example.com/simple/" });
  const to = { to: "secure", status: 301, for: "both", credentials: "none" } as const;
  const plain = indexOf({ name: "plain", url: "http://h.example.com/simple/", users: [], redirects: [to] });
  await using without = await openFixture({ indexes: [secure], files: { secure: [fileOf("sandbox")] } });
  await using across = await openFixture({ indexes: [secure, plain], files: { secure: [fileOf("sandbox")] } });
  expect(await owners(without, ["http://h.example.com/simple/sandbox/"])).toEqual(["http://h.example.com/simple/sandbox/ → null, 404"]);
  const answered = await across.ask("http://h.example.com/simple/sandbox/");
  expect([answered.status, answered.headers["location"]]).toEqual([301, "https://h.example.com/simple/sandbox/"]);
});

test("`links-as` alone is enough: the index answers under the other scheme too, unless another one is declared there", async () => {
  const files = { a: [fileOf("sandbox")], b: [fileOf("other")] };
  const a = indexOf({ name: "a", url: "https://h.example.com/simple/", linksAs: "http", users: [] });
  const b = indexOf({ name: "b", url: "http://h.example.com/simple/", users: [] });
  const urls = ["http://h.example.com/simple/sandbox/", "https://h.example.com/simple/sandbox/"];
  await using alone = await openFixture({ indexes: [a], files });
  expect(await owners(alone, urls)).toEqual([
    "http://h.example.com/simple/sandbox/ → a, 200 sandbox-1.0.0-py3-none-any.whl",
    "https://h.example.com/simple/sandbox/ → a, 200 sandbox-1.0.0-py3-none-any.whl",
  ]);
  await using both = await openFixture({ indexes: [b, a], files });
  expect(await owners(both, urls)).toEqual([
    "http://h.example.com/simple/sandbox/ → b, 404",
    "https://h.example.com/simple/sandbox/ → a, 200 sandbox-1.0.0-py3-none-any.whl",
  ]);
  const port = indexOf({ name: "a", url: "https://h.example.com:8443/simple/", linksAs: "http", users: [] });
  await using ported = await openFixture({ indexes: [port], files });
  expect(await owners(ported, ["http://h.example.com:8443/simple/sandbox/"])).toEqual([
    "http://h.example.com:8443/simple/sandbox/ → a, 200 sandbox-1.0.0-py3-none-any.whl",
  ]);
});

test.each(FLAVOURS)("%s answers at no host but those that conditions on it may name", (flavour) => {
  const index = indexOf({ flavour, url: "http://h.example.com:81/simple/", options: { "object-storage": true } });
  const source = { kind: "files", list: () => [] } as const;
  const addressing = createAddressing("proxy");
  const { behaviour } = openRegistry({ index, isDefault: false, source, secrets: new Map(), addressing, neighbour: () => null });
  const hosts = behaviour.owns.map(({ host }) => host ?? "h.example.com");
  expect(hosts.filter((host) => !hostsOf(index).includes(host))).toEqual([]);
});
