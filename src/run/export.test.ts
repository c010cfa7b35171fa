import { afterAll, beforeAll, expect, test } from "vitest";
import { exportScenario } from "./export.ts";
import { verifyScript } from "./export-verify.ts";
import type { Harness } from "./harness.ts";
import { loadScenarios } from "./load.ts";
import { openHarness } from "./open-harness.ts";

const names = ["env-credentials", "gitlab-login-token", "keyring-shadowing", "uv-index-revoked-token"];
const scenarios = await loadScenarios(names.map((name) => `scenarios/${name}.toml`));
let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

test.each(scenarios.map((loaded) => [loaded.file, loaded] as const))(
  "%s exports, and its script shows what our run shows",
  async (_, loaded) => {
    const exported = await exportScenario(harness, loaded.scenario);
    const script = exported.script(null);
    expect(script).not.toMatch(/umre-(good|stale)-[A-Za-z0-9]/);
    const verification = await verifyScript(harness, loaded, script, await harness.release("0.9.5"));
    expect(verification.difference).toEqual([]);
  },
);

test("a script that answers otherwise than our index is found out", async () => {
  const loaded = scenarios.find(({ file }) => file.endsWith("env-credentials.toml"));
  if (loaded === undefined) throw new Error("env-credentials.toml is gone");
  const script = (await exportScenario(harness, loaded.scenario))
    .script(null)
    .replace('return 401, {"WWW-Authenticate"', 'return 403, {"WWW-Authenticate"');
  const { difference } = await verifyScript(harness, loaded, script, await harness.release("0.9.5"));
  expect(difference.map((line) => line.replace(/https:\S+/, "URL"))).toMatchInlineSnapshot(`
    [
      "only uv-mre: step 1: private GET URL 401, none",
      "only the script: step 1: private GET URL 403, none",
    ]
  `);
});

test("what a script cannot express is refused, all of it at once", async () => {
  const loaded = scenarios[0];
  if (loaded === undefined) throw new Error("no scenario");
  const { scenario } = loaded;
  const indexes = scenario.indexes.map((index) => ({ ...index, flavour: "nexus" as const, certificate: "expired" as const }));
  const exported = await exportScenario(harness, { ...scenario, indexes });
  expect(() => exported.script(null)).toThrowErrorMatchingInlineSnapshot(`
    [UserError: this scenario cannot be exported:
      index.private.flavour: the script's index does not know "nexus", only simple, gitlab, azure-devops
      index.private.certificate: the script carries good certificates only]
  `);
});
