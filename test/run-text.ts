import type { RunResult } from "../src/report/model.ts";
import { openHarness } from "../src/run/harness/open-harness.ts";
import { loadScenarios } from "../src/run/load-scenarios.ts";
import type { RunOptions } from "../src/run/one-run/options.ts";
import { runScenario } from "../src/run/one-run/run-scenario.ts";
import { put } from "./e2e/command.ts";
import { temporaryFolder } from "./real-tools.ts";

/** Runs the scenario of a text with a release of uv, once. */
export async function runText(text: string, { uv = "0.9.5", ...options }: RunOptions & { readonly uv?: string } = {}): Promise<RunResult> {
  await using folder = await temporaryFolder();
  await using harness = await openHarness();
  const [loaded] = await loadScenarios([await put(folder.path, "scenario.toml", text)]);
  if (loaded === undefined) throw new Error("no scenario");
  return await runScenario(harness, loaded, await harness.release(uv), options);
}
