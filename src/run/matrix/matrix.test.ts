import path from "node:path";
import { expect, test } from "vitest";
import { put, smallScenario } from "../../../test/e2e/command.ts";
import { temporaryFolder } from "../../../test/real-tools.ts";
import { loadScenarios } from "../load-scenarios.ts";
import { runMatrix, type MatrixEvent } from "./matrix.ts";
import { openHarness } from "../harness/open-harness.ts";

test("a run is told as started before its release is fetched, which may take the longest", async () => {
  await using folder = await temporaryFolder();
  await using harness = await openHarness();
  const [scenario] = await loadScenarios([await put(folder.path, "small.toml", smallScenario())]);
  const cell = { scenario: scenario!, uv: path.join(folder.path, "absent", "uv") };
  const events: MatrixEvent[] = [];
  await expect(runMatrix(harness, [cell], { jobs: 1, onEvent: (event) => events.push(event) })).rejects.toThrow("no such file");
  expect(events).toEqual([{ kind: "started", cell }]);
});
