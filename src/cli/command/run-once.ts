import { availableParallelism } from "node:os";
import { toRunJson, type Shard } from "../../report/json.ts";
import type { RunResult } from "../../report/model.ts";
import { repeatCommand } from "../../report/command-line.ts";
import { summaryWords } from "../../report/summary.ts";
import { resultTable } from "../../report/table.ts";
import { timelineText } from "../../report/timeline-text.ts";
import { unknownStepWords } from "../../report/unsupported-words.ts";
import { attachScripts } from "../../run/export/attach-scripts.ts";
import type { LoadedScenario } from "../../run/load-scenarios.ts";
import { runMatrix } from "../../run/matrix/matrix.ts";
import { planCells, shardCells } from "../../run/matrix/plan.ts";
import { checkLoopback, type RunOptions } from "../../run/one-run/options.ts";
import { withVerboseLogs } from "../../run/one-run/verbose.ts";
import { tellGitHub } from "../github.ts";
import { note } from "../output-streams.ts";
import { cutWidthOf, paintFor } from "../render/paint.ts";
import { openBar } from "../render/open-bar.ts";
import { createProgress } from "../render/progress.ts";
import { checkFormat, writeReport } from "../report-file.ts";
import { guardOutside, sandboxFlags, type SandboxOptions } from "../sandbox.ts";
import type { MachineOptions, Session } from "../session.ts";
import { programWords } from "../started-as.ts";

export interface RunCommandOptions extends SandboxOptions, MachineOptions {
  readonly uv: string[];
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly report: string[];
  readonly expect?: string;
  readonly shard?: string;
  readonly withScript?: boolean;
  readonly keep?: boolean;
  readonly verbose?: boolean;
  readonly jobs?: number;
  readonly acceptExitStatus?: boolean;
  readonly proxy: boolean;
  readonly break?: string;
  readonly backend?: string;
}

/** What is run, and how. */
export interface Plan {
  /** As given. */
  readonly files: readonly string[];
  readonly options: RunCommandOptions;
  readonly runOptions: RunOptions;
  readonly shard: Shard | undefined;
}

/** @throws UserError naming a scenario that needs the proxy, where the options forbid it. */
export function checkWithoutProxy(scenarios: readonly LoadedScenario[], { proxy }: Pick<RunCommandOptions, "proxy">): void {
  if (!proxy) for (const scenario of scenarios) checkLoopback(scenario);
}

/**
 * Runs the scenarios with every release that was asked for; prints what came of it, and writes it into reports, beside runs of
 * other scenarios that were made `earlier`.
 */
export async function runOnce(
  { harness, signal, interrupted }: Session,
  scenarios: readonly LoadedScenario[],
  { files, options, runOptions, shard }: Plan,
  earlier: readonly RunResult[] = [],
): Promise<RunResult[]> {
  await guardOutside(harness, scenarios, options);
  const planned = await planCells(harness, scenarios, options.uv.length > 0 ? options.uv : ["latest"]);
  const cells = shard === undefined ? planned : shardCells(planned, shard);
  const progress = createProgress({ bar: await openBar(), total: cells.length, paint: paintFor(process.stderr, process.env) });
  let results: RunResult[];
  try {
    results = await runMatrix(harness, cells, {
      ...runOptions,
      jobs: options.jobs ?? availableParallelism(),
      signal,
      onEvent(event) {
        if (event.kind === "started") progress.started(event.cell.scenario.file, event.cell.uv);
        else progress.finished(event.result);
      },
    });
  } finally {
    progress.end();
  }
  if (interrupted()) note("interrupted: what had not finished is left out or unresolved");
  else if (options.report.some((file) => checkFormat(file).usesLogs))
    results = await withVerboseLogs(harness, scenarios, results, { ...runOptions, signal });
  print(results, files, options, shard);
  const attachments = options.withScript === true ? await attachScripts(harness, scenarios) : [];
  for (const file of options.report)
    await writeReport(
      file,
      { results: [...earlier, ...results], searches: [] },
      { attachments, flags: flagsOf(options), program: programWords(), ...(shard === undefined ? {} : { shard }) },
    );
  await tellGitHub(results, process.env);
  return results;
}

function print(results: readonly RunResult[], given: readonly string[], options: RunCommandOptions, shard: Shard | undefined): void {
  if (options.json === true) {
    console.log(JSON.stringify(toRunJson(results, shard), null, 2));
    for (const words of unknownStepWords(results)) note(`warning: ${words}`);
    for (const folder of keptFolders(results)) note(keptWords(folder));
    return;
  }
  const stream = process.stdout;
  const [paint, width] = [paintFor(stream, process.env), cutWidthOf(stream, process.env)];
  if (options.verbose === true) for (const result of results) console.log(`${timelineText(result, { width, paint })}\n`);
  console.log(resultTable(results, { width, paint }));
  console.log(`\n${summaryWords(results)}`);
  for (const words of unknownStepWords(results)) console.log(paint.yellow(`warning: ${words}`));
  for (const folder of keptFolders(results)) console.log(`${keptWords(folder)}\n  enter it: cd ${folder}/project`);
  const files = given.filter((file) => file !== "-");
  if (files.length > 0 && results.length > 0)
    console.log(paint.dim(`repeat: ${repeatCommand(results, files, { flags: flagsOf(options), program: programWords() })}`));
}

function keptFolders(results: readonly RunResult[]): string[] {
  return results.flatMap(({ folder }) => folder ?? []);
}

function keptWords(folder: string): string {
  return `kept: ${folder} (its secrets stand there in the clear)`;
}

/** What else the results depend on. The variable for Python gives its value to the option, and stays as it is. */
function flagsOf(options: RunCommandOptions): string[] {
  const { backend, break: broken, proxy, python, acceptExitStatus } = options;
  const ownPython = python === process.env["UV_MRE_PYTHON"] ? undefined : python;
  const named = { "--backend": backend, "--break": broken, "--python": ownPython };
  const told = Object.entries(named).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
  const switches = { "--accept-exit-status": acceptExitStatus, "--no-proxy": !proxy };
  return [...told, ...sandboxFlags(options), ...Object.entries(switches).flatMap(([flag, isOn]) => (isOn === true ? [flag] : []))];
}
