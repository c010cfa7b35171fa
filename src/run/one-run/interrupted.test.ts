import { expect, test } from "vitest";
import { put } from "../../../test/e2e/command.ts";
import { temporaryFolder } from "../../../test/real-tools.ts";
import { openHarness } from "../harness/open-harness.ts";
import { loadScenarios } from "../load-scenarios.ts";
import { runScenario } from "./run-scenario.ts";

test("a run that is interrupted while it is set up ends there", async () => {
  await using folder = await temporaryFolder();
  await using harness = await openHarness();
  const file = await put(
    folder.path,
    "venv.toml",
    `schema = 1
title = "a venv is made first"
[venv]
state = "created"
[[step]]
run = "uv --version"
reproduced = { exit = "nonzero" }
healthy = { exit = 0 }
`,
  );
  const [loaded] = await loadScenarios([file]);
  if (loaded === undefined) throw new Error("no scenario");
  const run = await runScenario(harness, loaded, await harness.release("0.9.5"), { signal: AbortSignal.abort() });
  expect([run.verdict, run.observation.steps, run.reasons.map(({ seen }) => seen)]).toEqual([
    "unresolved",
    [],
    ["the run was interrupted while its venv was made"],
  ]);
});
