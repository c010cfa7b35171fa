import { afterAll, describe, expect, it } from "vitest";
import { BREAKAGES, type LoadedScenario, explainRun, loadScenarios, openHarness, runScenario } from "../../src/index.ts";
import { WHOLE } from "./extent.ts";
import { partOf } from "./part.ts";
import { withEnvironment } from "./troubles.ts";

/** With these uv also waits and asks again, as it does for users: each has its credentials from elsewhere. */
const WITH_RETRIES = ["env-credentials", "keyring-venv-not-active", "login-host", "netrc-http-index", "url-placeholders"];

/** A verdict must never rest on trouble: with any one thing broken, every shipped scenario stays unresolved. */
export async function testBreakage(file: string): Promise<void> {
  const all = await loadScenarios(["scenarios"]);
  const harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());
  const [latest = ""] = await harness.select(["latest"]);
  const release = await harness.release(latest);
  const waits = ({ file: name }: LoadedScenario): boolean => WHOLE || WITH_RETRIES.some((each) => name.endsWith(`/${each}.toml`));

  describe.each(partOf(all, file).map((loaded) => ({ file: loaded.file, loaded })))("$file", ({ loaded }) => {
    const scenario = waits(loaded) ? loaded : withEnvironment(loaded, { UV_HTTP_RETRIES: "0" });
    it.concurrent.each(BREAKAGES)("%s", async (breakage) => {
      const result = await runScenario(harness, scenario, release, { breakage });
      expect(result.verdict === "unresolved" ? "unresolved" : explainRun(result)).toBe("unresolved");
      expect(result.reasons).not.toEqual([]);
    });
  });

  it("uv's own retries are left to it in five scenarios", () => {
    expect(WITH_RETRIES.filter((name) => !all.some((loaded) => loaded.file.endsWith(`/${name}.toml`)))).toEqual([]);
  });
}
