import { spawnSync } from "node:child_process";
import { afterAll, expect, it } from "vitest";
import { exportScenario, loadScenarios, openHarness, planCells, verifyScript } from "../src/index.ts";

// What a maintainer runs without us: every shipped scenario is a script, and the script shows what our run shows.
const scenarios = await loadScenarios(["scenarios"]);
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());
const scripts = new Map<string, string>();

it.concurrent.each(scenarios.map((loaded) => ({ file: loaded.file, loaded })))("$file is a script, which verifies", async ({ loaded }) => {
  const [cell] = await planCells(harness, [loaded], ["latest"]);
  const release = await harness.release(cell?.uv ?? "");
  const script = (await exportScenario(harness, loaded)).script(null);
  scripts.set(loaded.file, script);
  expect(script).not.toMatch(/umre-(good|stale)-[A-Za-z0-9]/);
  expect(await verifyScript(harness, loaded, script, release)).toMatchObject({ uv: release.version, difference: [] });
});

const isThere = spawnSync("shellcheck", ["--version"]).status === 0;
it.skipIf(!isThere)(isThere ? "shellcheck has nothing to say" : "shellcheck has nothing to say (skipped: it is not installed)", () => {
  expect(scripts.size).toBe(scenarios.length);
  for (const [file, script] of scripts) {
    // The wheels behind the script's end are comments, megabytes of them.
    const { stdout, error } = spawnSync("shellcheck", ["-"], { input: script.split("\nmain\nexit\n")[0], encoding: "utf8" });
    expect([file, stdout, error]).toEqual([file, "", undefined]);
  }
});
