import fs from "node:fs";
import { afterAll, assert, describe, it } from "vitest";
import { nodeIsTooOld } from "./node-version.ts";
import { annotations } from "./report/annotations.ts";
import { explainRun } from "./report/explain.ts";
import type { Harness } from "./run/harness/harness.ts";
import { openHarness } from "./run/harness/open-harness.ts";
import { loadScenarios } from "./run/load-scenarios.ts";
import type { RunOptions } from "./run/one-run/options.ts";
import { planCells } from "./run/matrix/plan.ts";
import { runScenario } from "./run/one-run/run-scenario.ts";

export interface ScenarioTestsOptions extends Pick<RunOptions, "backend" | "mode" | "acceptExitStatus"> {
  /** As for `--uv`; `oldest` is the oldest release that a scenario supports. Default: `["latest"]`. */
  readonly uv?: readonly string[];
  /** Milliseconds for one run, downloads included. Default: 180,000. */
  readonly timeout?: number;
}

/**
 * Declares one vitest test per scenario and uv release. A test fails when the run contradicts the scenario's claim,
 * or, where nothing is claimed, when it stays unresolved; its message holds the reasons and the evidence.
 * `unsupported` is reported as skipped, with the reason. Await it at the top level of a test file.
 */
export async function scenarioTests(patterns: string | readonly string[], options: ScenarioTestsOptions = {}): Promise<void> {
  const tooOld = nodeIsTooOld();
  if (tooOld !== null) throw new Error(tooOld);
  const files = [patterns]
    .flat()
    .flatMap((pattern) => fs.globSync(pattern))
    .sort();
  if (files.length === 0) throw new Error(`no scenario matches ${[patterns].flat().join(", ")}`);
  const scenarios = await loadScenarios(files);
  const harness: Harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());
  const cells = await planCells(harness, scenarios, options.uv ?? ["latest"]);
  for (const scenario of scenarios) {
    describe(scenario.file, () => {
      for (const cell of cells.filter((cell) => cell.scenario === scenario)) {
        it(`uv ${cell.uv}`, { timeout: options.timeout ?? 180_000 }, async (context) => {
          const release = await harness.release(cell.uv);
          const result = await runScenario(harness, scenario, release, { ...options, signal: context.signal });
          if (result.verdict === "unsupported" && result.claim !== "contradicted") {
            context.skip(result.reasons.map((reason) => `${reason.wanted}; ${reason.seen}`).join("; "));
          }
          const failed =
            result.claim === "contradicted" || (result.claim === "none" && (result.verdict === "unresolved" || result.claimed !== null));
          if (failed && process.env["GITHUB_ACTIONS"] === "true") tellLine(annotations([result]));
          // The whole message: every reporter shows it, where a comparison's values are cut short.
          assert(!failed, failed ? explainRun(result) : "");
        });
      }
    });
  }
}

/** GitHub shows it at the scenario's line; vitest's own annotation stands at the test, which is the same for all scenarios. */
function tellLine(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
}
