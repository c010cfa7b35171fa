import { globSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { loadScenarios, openHarness, runScenario } from "../src/index.ts";
import { ownNetwork } from "../src/scenario/own-network.ts";
import { WHOLE } from "../test/product/extent.ts";
import { namespacesWanted } from "../test/sandbox.ts";
import { shownBy } from "../test/shown-by.ts";

const shipped = await loadScenarios(globSync("scenarios/**/*.toml").sort());
// Each runs twice; `npm run test:all` takes them all.
const bareToo = shipped.filter(({ scenario }) => ownNetwork(scenario) === null);
const scenarios = WHOLE ? bareToo : bareToo.filter((_, place) => place % 16 === 0);
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());

describe.skipIf(!namespacesWanted())("in a sandbox, without any proxy, a shipped scenario shows the same", () => {
  it.for(scenarios)("$file", { timeout: 180_000 }, async (scenario, { signal }) => {
    const release = await harness.release("0.9.5");
    const bare = await runScenario(harness, scenario, release, { sandbox: "none", signal });
    const apart = await runScenario(harness, scenario, release, { sandbox: "bwrap", signal });
    expect(shownBy(apart)).toEqual(shownBy(bare));
    if (bare.verdict === "unsupported") return;
    expect([bare.environment.sandbox, apart.environment.sandbox]).toEqual(["none", "bwrap"]);
    expect(apart.environment.added.map(({ name }) => name)).not.toContain("HTTPS_PROXY");
  });
});
