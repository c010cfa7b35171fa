import { globSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { loadScenarios, openHarness } from "../src/index.ts";
import { WHOLE } from "../test/product/extent.ts";
import { namespacesWanted, needsSandbox } from "../test/sandbox.ts";
import { bothWays } from "../test/shown-by.ts";

const all = await loadScenarios(globSync("scenarios/**/*.toml").sort());
// Some show in a sandbox alone, and what changes the chosen Python is not run outside.
const shipped = all.filter((each) => !needsSandbox(each));
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());
const releases = await harness.select(["0.9.5", "latest"]);
// Each runs twice; `npm run test:all` takes them all with both releases.
const cells = shipped.flatMap((scenario, place) =>
  releases.flatMap((uv, turn) =>
    WHOLE || (place % 36 === 0 && (place / 36) % releases.length === turn) ? [{ file: scenario.file, uv, scenario }] : [],
  ),
);

describe.skipIf(!namespacesWanted())("in a sandbox, without any proxy, a shipped scenario shows the same", () => {
  it.for(cells)("$file with $uv", { timeout: 180_000 }, async ({ scenario, uv }, { signal }) => {
    const { bare, apart } = await bothWays("bwrap", { harness, scenario, uv, signal });
    expect(apart).toEqual(bare);
  });
});
