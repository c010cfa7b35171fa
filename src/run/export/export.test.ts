import { afterAll, beforeAll, expect, test } from "vitest";
import { exportScenario } from "./export.ts";
import { verifyScript } from "./export-verify.ts";
import type { Harness } from "../harness/harness.ts";
import { loadScenarios } from "../load.ts";
import { openHarness } from "../harness/open-harness.ts";

const [loaded] = await loadScenarios(["scenarios/env-credentials.toml"]);
if (loaded === undefined) throw new Error("env-credentials.toml is gone");
let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

test("a script that answers otherwise than our index is found out", async () => {
  const script = (await exportScenario(harness, loaded))
    .script(null)
    .replace('return 401, {"WWW-Authenticate"', 'return 403, {"WWW-Authenticate"');
  const { difference } = await verifyScript(harness, loaded, script, await harness.release("0.9.5"));
  expect(difference.map((line) => line.replace(/https:\S+/, "URL"))).toMatchInlineSnapshot(`
    [
      "only uv-mre: step 1: private GET URL 401, none",
      "only the export: step 1: private GET URL 403, none",
    ]
  `);
});

test("what a script cannot express is refused, all of it at once", async () => {
  const { scenario } = loaded;
  const indexes = scenario.indexes.map((index) => ({ ...index, flavour: "nexus" as const, linksAs: "http" as const }));
  const exported = await exportScenario(harness, { ...loaded, scenario: { ...scenario, indexes } });
  expect(() => exported.script(null)).toThrowErrorMatchingInlineSnapshot(`
    [UserError: this scenario cannot be exported:
      index.private.flavour: the script's index does not know "nexus", only simple, gitlab, azure-devops
      index.private.links-as: the script's index writes https links]
  `);
});

test("a keyring that the scenario writes is refused where a condition is about keyring, since the script does not see it", async () => {
  const { scenario } = loaded;
  const home = { ...scenario.home, ".local/bin/keyring": "#!/bin/sh\nexit 1\n" };
  const conditions = [{ kind: "keyring", path: "step[0].healthy.keyring.none", quantifier: "none", match: {} }] as const;
  const steps = scenario.steps.map((step) => ({ ...step, healthy: [...step.healthy, ...conditions] }));
  const exported = await exportScenario(harness, { ...loaded, scenario: { ...scenario, home, steps } });
  expect(() => exported.script(null)).toThrow(".local/bin/keyring: the script sees no calls of a keyring that it writes");
  expect((await exportScenario(harness, { ...loaded, scenario: { ...scenario, home } })).script(null)).toContain("#!/usr/bin/env bash");
});

test("an upload is refused where a step says so, and no verdict where a program in a step makes it", async () => {
  const { scenario } = loaded;
  const withStep = (argv: readonly string[]) => {
    const [first, second] = scenario.steps;
    if (first === undefined || second === undefined) throw new Error("env-credentials.toml has two steps");
    const conditions = {
      ...second,
      reproduced: [{ kind: "exit" as const, path: "reproduced.exit", exit: "nonzero" as const }],
      healthy: [],
    };
    return { ...loaded, scenario: { ...scenario, steps: [{ ...conditions, argv }] } };
  };
  const told = await exportScenario(harness, withStep(["uv", "publish", "dist/*"]));
  expect(() => told.script(null)).toThrow("step[0].run: the script's index takes no uploads");
  const url = "https://packages.example.com/simple/";
  const inside = withStep(["python", "-c", `import urllib.request; urllib.request.urlopen(urllib.request.Request("${url}", data=b"x"))`]);
  const release = await harness.release("0.9.5");
  const { difference } = await verifyScript(harness, inside, (await exportScenario(harness, inside)).script(null), release);
  expect(difference).toContain("uv-mre: reproduced; the export: exit status 125");
});
