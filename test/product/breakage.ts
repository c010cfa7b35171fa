import { afterAll, expect, it } from "vitest";
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

/** Every breakage of every scenario. */
export function everyBreakage(scenarios: readonly LoadedScenario[]): BrokenScenario[] {
  return scenarios.flatMap((loaded) =>
    BREAKAGES.map((breakage) => ({
      name: `${loaded.file}: ${breakage}`,
      covers: featuresOf(loaded).map((feature) => `${breakage} × ${feature}`),
      loaded,
      breakage,
    })),
  );
}

/** Each breakage with every feature that a scenario has, and an index that is down where uv asks again. */
export function chosenBreakages(scenarios: readonly LoadedScenario[]): BrokenScenario[] {
  const every = everyBreakage(scenarios);
  const waiting = every.filter(({ loaded, breakage }) => breakage === "index-down" && hasRetries(loaded));
  return chooseCover([...waiting.map((each) => [each]), every]);
}

const hasRetries = ({ file }: LoadedScenario): boolean => WITH_RETRIES.some((name) => file.endsWith(`/${name}.toml`));

/** A verdict must never rest on trouble: with any one thing broken, every shipped scenario stays unresolved; what no run can do, unsupported. */
export async function testBreakage(file: string): Promise<void> {
  const all = await loadScenarios(["scenarios"]);
  const broken = WHOLE ? everyBreakage(all) : chosenBreakages(all);
  const harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());
  const [latest = ""] = await harness.select(["latest"]);
  const release = await harness.release(latest);

  it.concurrent.each(partOf(broken, file))("$name", async ({ loaded, breakage }) => {
    const expected = loaded.scenario.needs === undefined ? "unresolved" : "unsupported";
    const scenario = WHOLE || hasRetries(loaded) ? loaded : withEnvironment(loaded, { UV_HTTP_RETRIES: "0" });
    const result = await runScenario(harness, scenario, release, { breakage });
    expect(result.verdict === expected ? expected : explainRun(result)).toBe(expected);
    expect(result.reasons).not.toEqual([]);
  });

  it("uv's own retries are left to it in five scenarios", () => {
    expect(all.filter(hasRetries)).toHaveLength(WITH_RETRIES.length);
  });
}
