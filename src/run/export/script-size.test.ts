import { afterAll, beforeAll, expect, test } from "vitest";
import type { Harness } from "../harness/harness.ts";
import { openHarness } from "../harness/open-harness.ts";
import { loadScenarios } from "../load-scenarios.ts";
import { exportScenario } from "./export.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

const PLAIN = `schema = 1
title = "small"
[index.private]
url = "http://packages.example.com/simple/"
user = "alice"
metadata = false
packages = [{ name = "sandbox" }]
[[step]]
run = "uv sync"
reproduced = { final.any = { index = "private", status = 401 } }
healthy = { exit = 0, final.any = { index = "private", status = 200 } }
`;

async function scriptOf(text: string): Promise<string> {
  const [loaded] = await loadScenarios(["-"], () => Promise.resolve(text));
  if (loaded === undefined) throw new Error("nothing was read");
  return (await exportScenario(harness, loaded)).script(null);
}

test("a plain script stays short", async () => {
  const script = await scriptOf(PLAIN);
  expect(script.split("\n").length).toBeLessThan(900);
  expect(script.length).toBeLessThan(45_000);
});

test("what a script shows, its files and its commands come first", async () => {
  const script = await scriptOf(PLAIN);
  const places = ["# small", "files() {", "steps() {", "#   the bug: ", "uv sync", "main() {", "unpack() {", "judge.json", "index.json"];
  expect(places.map((text) => script.indexOf(text)).toSorted((a, b) => a - b)).toEqual(places.map((text) => script.indexOf(text)));
  expect(script.indexOf("# small")).toBeGreaterThan(0);
});
