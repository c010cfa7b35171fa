import { afterAll, expect, it } from "vitest";
import { explainRun, loadScenarios, openHarness, runScenario } from "../../src/index.ts";
import { WHOLE } from "./extent.ts";
import { partOf } from "./part.ts";
import { chosenTroubles, everyTrouble, withTrouble } from "./troubles.ts";

/**
 * Trouble of the registry is not the bug, and not health either: with a fault on every index, each shipped scenario
 * comes to what it claims, or stays unresolved.
 */
export async function testFaults(file: string): Promise<void> {
  const all = await loadScenarios(["scenarios"]);
  const troubled = WHOLE ? everyTrouble(all) : chosenTroubles(all);
  const harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());
  const [latest = ""] = await harness.select(["latest"]);
  const release = await harness.release(latest);

  // By trouble: those of few scenarios are chosen, and a suite without a test would be an error.
  it.concurrent.each(partOf(troubled, file))("$name", async ({ loaded, trouble }) => {
    const result = await runScenario(harness, withTrouble(loaded, trouble, { UV_HTTP_RETRIES: "0" }), release);
    const fits = result.verdict === "unresolved" || result.verdict === result.claimed;
    expect(fits ? "" : explainRun(result)).toBe("");
  });
}
