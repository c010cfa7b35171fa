import type { RunResult } from "../../report/model.ts";
import { stepCommand } from "../../report/command-line.ts";
import { representatives } from "../../report/releases.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import type { RunOptions } from "./options.ts";
import { runScenario } from "./run-scenario.ts";

/**
 * Adds what uv prints with `-v` to the runs that a report shows in full. It comes from a second run, which is not
 * judged: `-v` would change the text that conditions look at.
 */
export async function withVerboseLogs(
  harness: Harness,
  scenarios: readonly LoadedScenario[],
  results: readonly RunResult[],
  options: RunOptions,
): Promise<RunResult[]> {
  const shown = new Set(representatives(results).filter((result) => result.observation.steps.length > 0));
  const logged: RunResult[] = [];
  for (const result of results) {
    const scenario = scenarios.find((each) => each.file === result.scenario);
    if (scenario === undefined || !shown.has(result)) {
      logged.push(result);
      continue;
    }
    const release = await harness.release(result.uvBinary ?? result.uv);
    const verbose = await runScenario(harness, scenario, release, { ...options, keep: false, verbose: true });
    const text = verbose.observation.steps.map((step) => `$ ${stepCommand(step)}\n${step.stderr.trimEnd()}\n`).join("\n");
    logged.push({ ...result, verboseLog: text });
  }
  return logged;
}
