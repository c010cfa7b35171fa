import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { put } from "../../../test/e2e/command.ts";
import { temporaryFolder } from "../../../test/real-tools.ts";
import type { RunResult } from "../../report/model.ts";
import type { Harness } from "../harness/harness.ts";
import { openHarness } from "../harness/open-harness.ts";
import { loadScenarios } from "../load-scenarios.ts";
import { runScenario } from "./run-scenario.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

/** uv asks this `keyring`, gets no answer and fails. */
async function ask(
  keyring: string,
  { healthy = 'keyring.any = { operation = "get" }', place = ".local/bin/keyring", first = "true" } = {},
): Promise<RunResult> {
  await using folder = await temporaryFolder();
  const file = await put(
    folder.path,
    "asked.toml",
    `schema = 1
title = "uv asks keyring"
[index.private]
url = "https://packages.example.com/simple/"
user = "alice"
packages = [{ name = "sandbox" }]
[venv]
state = "created"
[home]
"${place}" = ${JSON.stringify(keyring)}
[[step]]
run = ["sh", "-c", '${first}; exec uv pip install --keyring-provider subprocess --index-url https://alice@packages.example.com/simple/ sandbox']
reproduced = { exit = "nonzero", keyring.none = {} }
healthy = { exit = "nonzero", ${healthy} }
`,
  );
  const [loaded] = await loadScenarios([path.relative(process.cwd(), file)]);
  if (loaded === undefined) throw new Error("no scenario");
  return runScenario(harness, loaded, await harness.release("0.9.5"));
}

test("a keyring that is a shell script is seen: uv asked it, so that it did not is no verdict", async () => {
  const { verdict, observation } = await ask("#!/bin/sh\nexit 1\n");
  expect(verdict).toBe("healthy");
  expect(observation.keyring).toMatchObject([
    { from: "other", argv: ["get", "https://packages.example.com/simple/", "alice"], exit: 1 },
    { from: "other", argv: ["get", "packages.example.com", "alice"], exit: 1 },
  ]);
});

test.each([
  ["a shell script", "#!/bin/sh\nkill -KILL $$\n"],
  ["Python", "#!/usr/bin/env python3\nimport os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n"],
])("a call of %s that a signal ended makes the run unresolved", async (_, keyring) => {
  const { verdict, reasons } = await ask(keyring);
  expect({ verdict, reason: reasons[0] }).toMatchObject({
    verdict: "unresolved",
    reason: { kind: "trouble", wanted: "a keyring that ends every call that it begins", seen: expect.stringContaining("never ended") },
  });
});

test("a call that a signal ended is judged where a condition is about that", async () => {
  expect((await ask("#!/bin/sh\nkill -KILL $$\n", { healthy: "keyring.any = { finished = false }" })).verdict).toBe("healthy");
});

test("where a keyring was not recorded, no condition about keyring holds", async () => {
  const first = 'mkdir -p "$HOME/.local/bin"; mv "$HOME/spare" "$HOME/.local/bin/keyring"';
  const { verdict, reasons } = await ask("#!/bin/sh\nexit 1\n", { place: "spare", first });
  expect(verdict).toBe("unresolved");
  expect(reasons.map(({ condition, seen }) => [condition, seen])).toEqual(
    ["step[0].reproduced.keyring.none", "step[0].healthy.keyring.any"].map((condition) => [
      condition,
      "calls of keyring that could not be recorded: $WORK/home/.local/bin/keyring is no Python script that the probe sees, and the step itself put it there",
    ]),
  );
});
