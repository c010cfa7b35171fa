import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { release } from "node:os";
import type { Scenario } from "../../scenario/model.ts";
import { sha256Of } from "../../uv/binary.ts";
import type { Harness } from "../harness/harness.ts";
import { sandboxOf } from "../harness/sandbox-of.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
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
    installed: await namesIn(sandbox?.layered ?? []),
    system: `${process.platform} ${process.arch} ${release()}`,
    user: process.geteuid?.() === 0 ? "root" : "user",
  };
}

/** What stands in the folders of the chosen Python that a run has a layer over; `null`: it has none. */
async function namesIn(places: readonly string[]): Promise<string | null> {
  if (places.length === 0) return null;
  const names = await Promise.all(places.map(async (place) => [place, (await readdir(place)).sort()]));
  return createHash("sha256").update(JSON.stringify(names)).digest("hex");
}
