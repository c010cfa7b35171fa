import { afterAll, describe, expect, it } from "vitest";
import { bisectScenario, loadScenarios, type LoadedScenario, mapScenario, openHarness } from "../src/index.ts";
import { WHOLE } from "../test/product/extent.ts";

// What uv's changelog says, asked of the real releases; no result comes from the cache.
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());
const all = await harness.select(["all"]);

async function scenarioOf(file: string): Promise<LoadedScenario> {
  const [scenario] = await loadScenarios([file]);
  if (scenario === undefined) throw new Error(`${file} is not there`);
  return scenario;
}

describe("bisect names the release of which the changelog says it", () => {
  const changes = [
    { file: "env-credentials", bad: "0.4.23", good: "0.4.25", says: "0.4.24" },
    { file: "history/password-in-lock", bad: "0.4.23", good: "0.4.25", says: "0.4.25" },
    { file: "history/dash-in-index-name", bad: "0.4.25", good: "0.4.27", says: "0.4.26" },
    { file: "history/keyring-user-name", bad: "0.6.6", good: "0.6.9", says: "0.6.9" },
    { file: "history/refused-index-passed-over", bad: "0.6.15", good: "0.7.1", says: "0.7.0" },
    { file: "history/keyring-index-url", bad: "0.6.15", good: "0.7.1", says: "0.7.0" },
  ];
  // By keyring: the others are five times as many runs, and the releases on both sides of each are run as shipped.
  it.each(WHOLE ? changes : changes.slice(-1))("$file: $says", async ({ file, bad, good, says }) => {
    const scenario = await scenarioOf(`scenarios/${file}.toml`);
    const { outcome, direction } = (await bisectScenario(harness, scenario, { bad, good, parallel: 2, confirm: 2, useCache: false }))
      .result;
    expect({ outcome, direction }).toEqual({
      outcome: { kind: "found", lastBefore: all[all.indexOf(says) - 1], firstChanged: says },
      direction: "fixed",
    });
  });
});

describe("credentials after a redirect: on, off, on, off, on", () => {
  const file = "scenarios/history/credentials-after-redirect.toml";

  it("map shows all five changes", async () => {
    const uv = [">=0.6.14,<=0.7.1", ">=0.7.13,<=0.7.14"];
    const { segments } = (await mapScenario(harness, await scenarioOf(file), { uv, parallel: 2, confirm: 2, useCache: false })).result;
    expect(segments.map(({ from, to, verdict }) => `${from} … ${to} ${verdict}`)).toMatchInlineSnapshot(`
      [
        "0.6.14 … 0.6.14 reproduced",
        "0.6.15 … 0.6.15 healthy",
        "0.6.16 … 0.6.17 reproduced",
        "0.7.0 … 0.7.0 healthy",
        "0.7.1 … 0.7.13 reproduced",
        "0.7.14 … 0.7.14 healthy",
      ]
    `);
  });

  it("bisect finds one true change and sends on to map", async () => {
    const options = { bad: "0.6.14", good: "0.7.0", parallel: 3, confirm: 2, useCache: false };
    const { outcome, advice } = (await bisectScenario(harness, await scenarioOf(file), options)).result;
    expect(outcome).toMatchInlineSnapshot(`
      {
        "firstChanged": "0.7.0",
        "kind": "found",
        "lastBefore": "0.6.17",
      }
    `);
    expect(advice).toContain("uv-mre map");
  });
});
