import type { FoundSandbox, SandboxNeed } from "../../sandbox/model.ts";
import type { Scenario } from "../../scenario/model.ts";
import { pythonChanges } from "../../scenario/python-change.ts";
import type { RunOptions } from "../one-run/options.ts";
import type { Harness } from "./harness.ts";

type Wanted = Pick<RunOptions, "mode" | "sandbox">;

/** The sandbox of a scenario's runs, with what the scenario needs of it. */
export async function sandboxOf(harness: Harness, scenario: Scenario, { mode, sandbox }: Wanted = {}): Promise<FoundSandbox> {
  if (mode === "loopback") return { sandbox: null, why: "--no-proxy" };
  return harness.sandbox(sandbox, needOf(scenario));
}

/** What a scenario needs of its sandbox; `undefined`: nothing but walls. */
export function needOf(scenario: Scenario): SandboxNeed | undefined {
  let changes = known.get(scenario);
  if (changes === undefined) known.set(scenario, (changes = pythonChanges(scenario).length > 0));
  return changes ? "own-python" : undefined;
}

/** Asked for each step, and again for what is kept. */
const known = new WeakMap<Scenario, boolean>();
