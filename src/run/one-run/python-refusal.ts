import { pythonChanges } from "../../scenario/python-change.ts";
import type { Harness } from "../harness/harness.ts";
import { needOf, sandboxOf } from "../harness/sandbox-of.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { complaint } from "./complaint.ts";
import type { RunOptions } from "./options.ts";

/** What is wrong, with all places, where a scenario changes the chosen Python and a run here would have none of its own; `null`: nothing. */
export async function pythonRefusal(
  harness: Harness,
  loaded: LoadedScenario,
  options: Pick<RunOptions, "mode" | "sandbox">,
): Promise<string | null> {
  if (needOf(loaded.scenario) === undefined) return null;
  const found = await sandboxOf(harness, loaded.scenario, options);
  if (found.sandbox !== null) return null;
  const hint = `a run has a Python of its own to change in the sandbox bwrap alone, which is not to be had (${found.why}); or let it make a venv, and install there`;
  return pythonChanges(loaded.scenario)
    .map((change) => complaint(loaded, { ...change, hint }))
    .join("\n\n");
}
