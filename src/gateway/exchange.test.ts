import { expect, test } from "vitest";
import type { Fault } from "../scenario/model.ts";
import { type Fixture, indexOf, openFixture } from "../../test/gateway-fixture.ts";

const PAGE = "http://feeds.example.com/a/simple/sandbox/";
const WHEEL = `${PAGE}sandbox-1.0.0-py3-none-any.whl`;

function faulty(changes: Effect & Partial<Pick<Fault, "for" | "when">>): ReturnType<typeof indexOf> {
  return indexOf({ faults: [{ for: "any", when: "always", ...changes }] });
}

type Effect =
  | { kind: "status"; status: number; retryAfterSeconds: number | null }
  | { kind: "delay"; delayMs: number }
  | { kind: "drop" | "truncate" | "revoke" };

async function statuses(it: Fixture, urls: readonly string[]): Promise<(number | string)[]> {
  const seen = [];
  for (const url of urls) {
    const outcome = await it.ask(url, { as: "good", http: "2.0" }).then(
      ({ status }) => status,
      () => "broken off",
    );
    seen.push(outcome);
  }
  return seen;
}

test("a status in place of the n-th answer, with Retry-After", async () => {
  await using it = await openFixture({
    indexes: [faulty({ kind: "status", status: 429, retryAfterSeconds: 7, when: { nth: 2 }, for: "pages" })],
  });
  expect(await statuses(it, [PAGE, WHEEL, PAGE, PAGE])).toEqual([200, 200, 429, 200]);
  await using again = await openFixture({ indexes: [faulty({ kind: "status", status: 429, retryAfterSeconds: 7 })] });
  expect((await again.ask(PAGE)).headers["retry-after"]).toBe("7");
});

test.each(["http", "https"])("a dropped connection, over %s, is in the journal as 0", async (scheme) => {
  const index = { ...faulty({ kind: "drop", when: { nth: 1 } }), url: `${scheme}://feeds.example.com/a/simple/` };
  await using it = await openFixture({ indexes: [index] });
  const page = PAGE.replace("http", scheme);
  expect(await statuses(it, [page, page])).toEqual(["broken off", 200]);
  expect(it.records().map(({ status, authorization }) => [status, authorization])).toEqual([
    [0, "good"],
    [200, "good"],
  ]);
});

test.each(["http", "https"])("a truncated body breaks off half-way, over %s", async (scheme) => {
  const index = { ...faulty({ kind: "truncate", for: "files" }), url: `${scheme}://feeds.example.com/a/simple/` };
  await using it = await openFixture({ indexes: [index] });
  expect(await statuses(it, [PAGE.replace("http", scheme), WHEEL.replace("http", scheme)])).toEqual([200, "broken off"]);
  expect(it.records().map(({ status }) => status)).toEqual([200, 200]);
});

test("a delay comes before the answer, and does not keep the gateway from closing", async () => {
  const it = await openFixture({ indexes: [faulty({ kind: "delay", delayMs: 60_000, for: "files" })] });
  const slow = it.ask(WHEEL, { as: "good" }).catch(() => "broken off");
  expect((await it.ask(PAGE, { as: "good" })).status).toBe(200);
  await it[Symbol.asyncDispose]();
  expect(await slow).toBe("broken off");
  expect(it.records().map(({ url, status }) => [url, status])).toEqual([
    [PAGE, 200],
    [WHEEL, 0],
  ]);

  await using short = await openFixture({ indexes: [faulty({ kind: "delay", delayMs: 30 })] });
  expect((await short.ask(PAGE, { as: "good" })).status).toBe(200);
});

test("a revocation strikes the request that brings it on, and all after", async () => {
  await using it = await openFixture({ indexes: [faulty({ kind: "revoke", when: { nth: 2 } })] });
  expect(await statuses(it, [PAGE, PAGE, PAGE])).toEqual([200, 401, 401]);
  expect(it.records().map(({ authorization }) => authorization)).toEqual(["good", "stale", "stale"]);
});

test("a default index has faults too", async () => {
  const { faults } = faulty({ kind: "status", status: 503, retryAfterSeconds: null, when: { nth: 1 } });
  await using it = await openFixture({ defaultIndex: { faults } });
  expect(await statuses(it, ["https://other.example/simple/x/", "https://other.example/simple/x/"])).toEqual([503, 404]);
});
