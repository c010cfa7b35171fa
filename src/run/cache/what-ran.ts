import { release } from "node:os";
import type { Scenario } from "../../scenario/model.ts";
import { sha256Of } from "../../uv/binary.ts";
import type { Harness } from "../harness/harness.ts";
import { sandboxOf } from "../harness/sandbox-of.ts";
import type { LoadedScenario } from "../load.ts";
import { codeVersion } from "./code-version.ts";

/** What a run's result depends on besides its scenario and release, by name. */
export type WhatRan = Readonly<Record<string, string | null>>;

/** Our own code, Python, packages and keyring tool by their hashes, and the facts of this machine that a step can see. */
export async function whatRan(harness: Harness, loaded: LoadedScenario, scenario: Scenario): Promise<WhatRan> {
  const [python, code, { sandbox }, prepared] = await Promise.all([
    harness.python(),
    codeVersion(),
    sandboxOf(harness, scenario),
    // What cannot be had is said by the run that needs it.
    harness.prepare(scenario, loaded).catch(() => null),
  ]);
  return {
    code,
    prepared: prepared?.digest ?? null,
    python: `${python.file} ${python.version} ${await sha256Of(python.file).catch(() => "")}`,
    node: process.version,
    sandbox: sandbox?.kind ?? "none",
    system: `${process.platform} ${process.arch} ${release()}`,
    user: process.geteuid?.() === 0 ? "root" : "user",
  };
}
