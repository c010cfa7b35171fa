import { afterAll, describe, expect, it } from "vitest";
import { type Breakage, BREAKAGES, type LoadedScenario, explainRun, loadScenarios, openHarness, runScenario } from "../../src/index.ts";
import { type Candidate, chooseCover } from "./cover.ts";
import { WHOLE } from "./extent.ts";
import { featuresOf } from "./features.ts";
import { partOf } from "./part.ts";
import { withEnvironment } from "./troubles.ts";

/** With these uv also waits and asks again, as it does for users: each has its credentials from elsewhere. */
const WITH_RETRIES = ["env-credentials", "keyring-venv-not-active", "login-host", "netrc-http-index", "url-placeholders"];

export interface BrokenScenario extends Candidate {
  readonly loaded: LoadedScenario;
  readonly breakage: Breakage;
}

/** Every breakage of every scenario, in groups of one scenario. */
export function everyBreakage(scenarios: readonly LoadedScenario[]): BrokenScenario[][] {
  return scenarios.map((loaded) =>
    BREAKAGES.map((breakage) => ({
      name: `${loaded.file}: ${breakage}`,
      covers: featuresOf(loaded).map((feature) => `${breakage} × ${feature}`),
      loaded,
      breakage,
    })),
  );
}

/** One breakage for each scenario; among them each breakage with every feature that a scenario has. */
export function chosenBreakages(scenarios: readonly LoadedScenario[]): BrokenScenario[] {
  return chooseCover(everyBreakage(scenarios));
}

/** A verdict must never rest on trouble: with any one thing broken, every shipped scenario stays unresolved; what no run can do, unsupported. */
export async function testBreakage(file: string): Promise<void> {
  const all = await loadScenarios(["scenarios"]);
  const broken = WHOLE ? everyBreakage(all).flat() : chosenBreakages(all);
  const harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());
  const [latest = ""] = await harness.select(["latest"]);
  const release = await harness.release(latest);
  const waits = ({ file: name }: LoadedScenario): boolean => WHOLE || WITH_RETRIES.some((each) => name.endsWith(`/${each}.toml`));

  describe.each(partOf(all, file).map((loaded) => ({ file: loaded.file, loaded })))("$file", ({ loaded }) => {
    const expected = loaded.scenario.needs === undefined ? "unresolved" : "unsupported";
    const scenario = waits(loaded) ? loaded : withEnvironment(loaded, { UV_HTTP_RETRIES: "0" });
    it.concurrent.each(broken.filter((each) => each.loaded === loaded))("$breakage", async ({ breakage }) => {
      const result = await runScenario(harness, scenario, release, { breakage });
      expect(result.verdict === expected ? expected : explainRun(result)).toBe(expected);
      expect(result.reasons).not.toEqual([]);
    });
  });

  it("uv's own retries are left to it in five scenarios", () => {
    expect(WITH_RETRIES.filter((name) => !all.some((loaded) => loaded.file.endsWith(`/${name}.toml`)))).toEqual([]);
  });
}
