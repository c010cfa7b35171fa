import { basename } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { explainRun, loadScenarios, openHarness, runScenario } from "../src/index.ts";
import { dockerMissing, dockerNote } from "../test/docker.ts";

// A real pypiserver in place of our own index changes nothing about a verdict, where the scenario makes sense there.
// Embedded, they are run by shipped.test.ts.
const GITLAB_401 = "is about GitLab's 401 for a wrong password; pypiserver answers 403, which uv takes differently";
const NOT_ON_PYPISERVER: Readonly<Record<string, string>> = {
  "uv-index-other-token.toml": GITLAB_401,
  "uv-index-revoked-token.toml": GITLAB_401,
  "uv-index-user-name-alone.toml": GITLAB_401,
};

const scenarios = (await loadScenarios(["scenarios"])).filter(({ file }) => NOT_ON_PYPISERVER[basename(file)] === undefined);
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());
const release = await harness.release("0.9.5");

describe.each(["pypiserver", "pypiserver-container"] as const)("%s", (backend) => {
  const missing = backend === "pypiserver-container" && dockerMissing !== null;
  describe.skipIf(missing)(`comes to the claimed verdict${missing ? dockerNote : ""}`, () => {
    it.each(scenarios.map((scenario) => ({ file: scenario.file, scenario })))("$file", async ({ scenario }) => {
      const result = await runScenario(harness, scenario, release, { backend });
      expect(result.claim === "held" ? "held" : explainRun(result)).toBe("held");
      expect(result.observation.requests.some(({ index }) => index !== null)).toBe(true);
      expect(result.observation.trouble).toEqual([]);
    });
  });
});

it("every exception is a shipped scenario", async () => {
  const shipped = (await loadScenarios(["scenarios"])).map(({ file }) => basename(file));
  expect(Object.keys(NOT_ON_PYPISERVER).filter((file) => !shipped.includes(file))).toEqual([]);
});
