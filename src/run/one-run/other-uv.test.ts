import { expect, test } from "vitest";
import { put } from "../../../test/e2e/command.ts";
import { temporaryFolder } from "../../../test/real-tools.ts";
import { stepCommand } from "../../report/command-line.ts";
import { toRunJson } from "../../report/json.ts";
import { notes } from "../../report/table.ts";
import { openHarness } from "../harness/open-harness.ts";
import { loadScenarios } from "../load-scenarios.ts";
import { runScenario } from "./run-scenario.ts";
import { otherVersions } from "./other-uv.ts";

const said = (uv: string): string => `reproduced = { stdout = "uv ${uv}" }`;

const scenarioText = (other: string): string => `schema = 1
title = "three releases"

[[step]]
uv = "${other}"
run = "uv --version"
${said("0.9.4")}

[[step]]
uv = "previous"
run = ["sh", "-c", "uv --version"] # What it starts finds the same one.
${said("0.9.17")}

[[step]]
run = "uv --version"
${said("0.9.18")}
healthy = { exit = "nonzero" }
`;

test("a step runs the release that it names, and everything that tells of it says which", async () => {
  await using folder = await temporaryFolder();
  await using harness = await openHarness();
  const [loaded] = await loadScenarios([await put(folder.path, "three.toml", scenarioText("0.9.4"))]);
  const result = await runScenario(harness, loaded!, await harness.release("0.9.18"));
  expect(result.reasons).toEqual([]);
  expect(result.verdict).toBe("reproduced");
  expect(toRunJson([result]).runs[0]?.steps.map(({ uv }) => uv)).toEqual(["0.9.4", "0.9.17", undefined]);
  expect(result.observation.steps.map(stepCommand)).toEqual([
    "uv --version  # uv 0.9.4",
    "sh -c 'uv --version'  # uv 0.9.17",
    "uv --version",
  ]);
  expect(notes(result)).toEqual(["step 1 ran with uv 0.9.4", "step 2 ran with uv 0.9.17"]);
  // What a kept result depends on.
  expect(await otherVersions(harness, loaded!.scenario, "0.9.18")).toEqual(["0.9.4", "0.9.17"]);
});

test("a release that there is not is told at its place, with the nearest ones", async () => {
  await using folder = await temporaryFolder();
  await using harness = await openHarness();
  const file = await put(folder.path, "three.toml", scenarioText("0.9.400"));
  const [loaded] = await loadScenarios([file]);
  const run = runScenario(harness, loaded!, await harness.release("0.9.18"));
  await expect(run).rejects.toThrow(`${file}:5:6: step[0].uv: there is no uv 0.9.400; the nearest releases: `);
});

test("before the first release there is none, which is no verdict", async () => {
  await using folder = await temporaryFolder();
  await using harness = await openHarness();
  const [loaded] = await loadScenarios([await put(folder.path, "three.toml", scenarioText("0.9.4"))]);
  const [first = ""] = await harness.releases();
  const result = await runScenario(harness, loaded!, { ...(await harness.release("0.9.18")), version: first });
  expect(result.verdict).toBe("unresolved");
  expect(result.reasons[0]?.seen).toBe(`there is no release of uv before ${first}, which a step wants as \`previous\``);
});
