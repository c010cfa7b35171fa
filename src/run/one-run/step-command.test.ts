import { expect, test } from "vitest";
import { put } from "../../../test/e2e/command.ts";
import { temporaryFolder } from "../../../test/real-tools.ts";
import { openHarness } from "../harness/open-harness.ts";
import { loadScenarios } from "../load-scenarios.ts";
import { runScenario } from "./run-scenario.ts";

test.each(["auto", "none"] as const)("a command is found from the folder where its step runs; sandbox: %s", async (sandbox) => {
  await using folder = await temporaryFolder();
  await using harness = await openHarness();
  const text = `schema = 1
title = "scripts of the project"
[files]
"say.sh" = "#!/bin/sh\\necho in the project"
"sub/say.sh" = "#!/bin/sh\\necho in sub"
[[step]]
run = "./say.sh"
[[step]]
run = "./say.sh"
cwd = "sub"
[[step]]
run = "say.sh"
cwd = "sub"
env = { PATH = ".:{{path}}" }
reproduced = { stdout = "in sub" }
healthy = { stdout = { lacks = "in sub" } }
`;
  const [loaded] = await loadScenarios([await put(folder.path, "scripts.toml", text)]);
  if (loaded === undefined) throw new Error("no scenario");
  const run = await runScenario(harness, loaded, await harness.release("0.9.5"), { sandbox });
  expect([run.verdict, run.observation.steps.map(({ stdout }) => stdout)]).toEqual([
    "reproduced",
    ["in the project\n", "in sub\n", "in sub\n"],
  ]);
});
