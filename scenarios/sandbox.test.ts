import { globSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { loadScenarios, openHarness, runScenario } from "../src/index.ts";
import { ownNetwork } from "../src/scenario/own-network.ts";
import { pythonChanges } from "../src/scenario/own-python.ts";
import { WHOLE } from "../test/product/extent.ts";
import { namespacesWanted } from "../test/sandbox.ts";
import { shownBy } from "../test/shown-by.ts";

const all = await loadScenarios(globSync("scenarios/**/*.toml").sort());
// Some show in a sandbox alone, and what changes the chosen Python is not run outside.
const shipped = all.filter(({ scenario }) => ownNetwork(scenario) === null && pythonChanges(scenario).length === 0);
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());
const releases = await harness.select(["0.9.5", "latest"]);
// Each runs twice; `npm run test:all` takes them all with both releases.
const cells = shipped.flatMap((scenario, place) =>
  releases.flatMap((uv, turn) =>
    WHOLE || (place % 16 === 0 && (place / 16) % releases.length === turn) ? [{ file: scenario.file, uv, scenario }] : [],
  ),
);

describe.skipIf(!namespacesWanted())("in a sandbox, without any proxy, a shipped scenario shows the same", () => {
  it.for(cells)("$file with $uv", { timeout: 180_000 }, async ({ scenario, uv }, { signal }) => {
    const release = await harness.release(uv);
    const bare = await runScenario(harness, scenario, release, { sandbox: "none", signal });
    const apart = await runScenario(harness, scenario, release, { sandbox: "bwrap", signal });
    expect(shownBy(apart)).toEqual(shownBy(bare));
    if (bare.verdict === "unsupported") return;
    expect([bare.environment.sandbox, apart.environment.sandbox]).toEqual(["none", "bwrap"]);
    expect(apart.environment.added.map(({ name }) => name)).not.toContain("HTTPS_PROXY");
  });
});
