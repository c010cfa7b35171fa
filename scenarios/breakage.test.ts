import { afterAll, describe, expect, it } from "vitest";
import { BREAKAGES, explainRun, loadScenarios, openHarness, runScenario } from "../src/index.ts";

// A verdict must never rest on trouble: with any one thing broken, every shipped scenario stays unresolved.
const scenarios = await loadScenarios(["scenarios"]);
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());
const [latest = ""] = await harness.select(["latest"]);
const release = await harness.release(latest);

describe.each(scenarios.map((scenario) => ({ file: scenario.file, scenario })))("$file", ({ scenario }) => {
  it.each(BREAKAGES)("%s", async (breakage) => {
    const result = await runScenario(harness, scenario, release, { breakage });
    expect(result.verdict === "unresolved" ? "unresolved" : explainRun(result)).toBe("unresolved");
    expect(result.reasons).not.toEqual([]);
  });
});
