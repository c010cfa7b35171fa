import { expect, test } from "vitest";
import { plainScenario } from "../../test/scenario-fixture.ts";
import { stepAt, stepPlace } from "./step-place.ts";

test.each(["absent", "synced"] as const)("of each step of a run, %s, the file's place leads back to it", (state) => {
  const scenario = plainScenario([], { venv: { state, packages: [], path: ".venv" } });
  expect([0, 1, 2].map((index) => stepAt(scenario, stepPlace(scenario, index, "exit")))).toEqual([0, 1, 2]);
  expect([0, 1].map((index) => stepPlace(scenario, index, "exit"))).toEqual(
    state === "synced" ? ["venv.state", "step[0].exit"] : ["step[0].exit", "step[1].exit"],
  );
});

test("what is no step's place is about none", () => {
  expect(stepAt(plainScenario([]), "title")).toBeNull();
});
