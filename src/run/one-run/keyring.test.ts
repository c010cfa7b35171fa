import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
  {
    healthy = 'keyring.any = { operation = "get" }',
    place = ".local/bin/keyring",
    first = "true",
    provider = "subprocess",
    home = {},
  } = {},
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
${Object.entries({ [place]: keyring, ...home })
  .map(([name, text]) => `"${name}" = ${JSON.stringify(text)}`)
  .join("\n")}
[[step]]
run = ["sh", "-c", '${first}; exec uv pip install --keyring-provider ${provider} --index-url https://alice@packages.example.com/simple/ sandbox']
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

test("of many calls that a signal ended each is known, whatever processes the machine has of those numbers", async () => {
  const keyring = '#!/bin/sh\ncase "$2" in it*) kill -KILL $$;; esac\nexit 1\n';
  const asked = Array.from({ length: 24 }, (_, at) => `it${at + 1}`);
  const { verdict, observation } = await ask(keyring, { first: `for each in ${asked.join(" ")}; do keyring get $each me; done` });
  expect(verdict).toBe("unresolved");
  const told = observation.trouble.map(({ detail }) => /^`keyring get (it\d+) me` began and never ended/.exec(detail)?.[1]);
  expect(told).toEqual(asked);
});

test("a call that goes on when the step's command has ended is none that a signal ended", async () => {
  const keyring = '#!/usr/bin/env python3\nimport sys, time\nif "later" in sys.argv: time.sleep(600)\nsys.exit(1)\n';
  const first = 'keyring get later me & while ! grep -q later "$UV_MRE_KEYRING_JOURNAL"; do sleep 0.01; done';
  const { verdict, observation } = await ask(keyring, { first });
  expect([verdict, observation.trouble]).toEqual(["healthy", []]);
});

const ANSWERS = "#!/usr/bin/env python3\nimport sys\nsys.exit(1)\n";

describe.runIf(process.platform === "linux")("a signal that strikes before a call is recorded makes the run unresolved", () => {
  test.each([
    [
      "Python, before it has read the script",
      { home: { ".local/bin/python3": "#!/bin/sh\nkill -KILL $$\n" } },
      /^a call of keyring was ended by SIGKILL before it had begun or after it had answered$/,
    ],
    [
      "a process that is to become keyring, and has not yet",
      { provider: "disabled", first: 'python3 -c "import os; os.fork() or os.kill(os.getpid(), 15); os.wait()"' },
      /^a process that `python[\d.]*` had forked was ended by SIGTERM before it became a command; it may have been to call keyring$/,
    ],
    [
      "what a keyring asks in its turn",
      {
        home: { ".local/bin/helper": "#!/bin/sh\nkill -KILL $$\n" },
        provider: "disabled",
        first: 'printf "#!/bin/sh\\nhelper; exit 1\\n" > keyring; sh ./keyring get it me',
      },
      /^`sh`, which a keyring had started, was ended by SIGKILL$/,
    ],
  ])("%s", async (_, options, seen) => {
    const { verdict, reasons } = await ask(ANSWERS, options);
    expect({ verdict, reasons }).toMatchObject({
      verdict: "unresolved",
      reasons: [{ kind: "trouble", wanted: "a keyring that ends every call that it begins", seen: expect.stringMatching(seen) as string }],
    });
  });

  test("a broken pipe is none, nor is another program's end", async () => {
    const { verdict } = await ask(ANSWERS, { first: 'yes | head -n 1; sh -c "kill -KILL \\$\\$"' });
    expect(verdict).toBe("healthy");
  });
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
