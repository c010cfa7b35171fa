import { afterAll, expect, it } from "vitest";
import { explainRun, loadScenarios, openHarness, runScenario } from "../src/index.ts";
import { withTrouble } from "../test/product/troubles.ts";

// Where uv tries again by itself, trouble that passes changes no verdict.
const scenarios = await loadScenarios(["env-credentials", "login-host", "keyring-venv-not-active"].map((name) => `scenarios/${name}.toml`));
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());
const [latest = ""] = await harness.select(["latest"]);
const release = await harness.release(latest);
const troubles = ["429 for the first request", "drop the second request"] as const;

it.concurrent.each(scenarios.flatMap((loaded) => troubles.map((trouble) => ({ file: loaded.file, trouble, loaded }))))(
  "$file: $trouble",
  async ({ loaded, trouble }) => {
    const result = await runScenario(harness, withTrouble(loaded, trouble, {}), release);
    expect(result.observation.requests.map(({ status }) => status)).toContain(trouble.startsWith("429") ? 429 : 0);
    expect(result.verdict === result.claimed ? "" : explainRun(result)).toBe("");
  },
);
