import { availableParallelism } from "node:os";
import { EXIT, EXPECTATIONS, exitStatus, type Expectation } from "../../report/exit-status.ts";
import { toRunJson, type Shard } from "../../report/json.ts";
import type { RunResult } from "../../report/model.ts";
import { repeatCommand } from "../../report/command-line.ts";
import { summaryWords } from "../../report/summary.ts";
import { resultTable } from "../../report/table.ts";
import { timelineText } from "../../report/timeline-text.ts";
import { unknownStepWords } from "../../report/unsupported-words.ts";
import { runMatrix } from "../../run/matrix/matrix.ts";
import { BREAKAGES, checkLoopback, type Breakage, type RunOptions } from "../../run/one-run/options.ts";
import { planCells, shardCells } from "../../run/matrix/plan.ts";
import { withVerboseLogs } from "../../run/one-run/verbose.ts";
import { UserError } from "../../scenario/error.ts";
import { nearest } from "../../scenario/nearest.ts";
import { parseBackend } from "../backend.ts";
import { guardOutside, sandboxFlags, sandboxOption, type SandboxOptions } from "../sandbox.ts";
import { cutWidthOf, isLive, paintFor } from "../render/paint.ts";
import { createProgress } from "../render/progress.ts";
import { programWords } from "../started-as.ts";
import { readScenarios } from "../scenario-files.ts";
import { type MachineOptions, machineOptions, withSession } from "../session.ts";
import { attachScripts } from "../../run/export/attach-scripts.ts";
import { tellGitHub } from "../github.ts";
import { checkForm, checkReports, writeReport } from "../report-file.ts";

interface RunCommandOptions extends SandboxOptions, MachineOptions {
  readonly uv: string[];
  readonly json?: boolean;
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

/** `uv-mre run`: what people read goes to stdout as a table; with `--json` stdout holds that object alone. */
export async function runCommand(files: string[], options: RunCommandOptions): Promise<number> {
  const breakage = parseBreakage(options.break);
  const backend = parseBackend(options.backend);
  const expected = parseExpectation(options.expect);
  const shard = parseShard(options.shard);
  if (options.withScript === true && !options.report.some((file) => checkForm(file).ending === ".md"))
    throw new UserError("--with-script puts the script into a report: name one with --report FILE.md");
  const scenarios = await readScenarios(files, options);
  const inputs = scenarios.map((scenario) => scenario.file);
  await checkReports(options.report, inputs);
  const runOptions: RunOptions = {
    mode: options.proxy ? "proxy" : "loopback",
    backend,
    keep: options.keep === true,
    breakage,
    acceptExitStatus: options.acceptExitStatus,
  };
  if (!options.proxy) for (const scenario of scenarios) checkLoopback(scenario);
  const note = (text: string): unknown => process.stderr.write(`${text}\n`);

  const session = { ...machineOptions(options), ...sandboxOption(options, scenarios), notice: note };
  return withSession(session, async ({ harness, signal, interrupted }) => {
    await guardOutside(harness, scenarios, options);
    const planned = await planCells(harness, scenarios, options.uv.length > 0 ? options.uv : ["latest"]);
    const cells = shard === undefined ? planned : shardCells(planned, shard);
    const stream = process.stderr;
    const progress = createProgress({
      stream,
      total: cells.length,
      paint: paintFor(stream, process.env),
      live: isLive(stream, process.env),
    });
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
    else if (options.report.some((file) => checkForm(file).usesLogs))
      results = await withVerboseLogs(harness, scenarios, results, { ...runOptions, signal });
    print(results, files, options, shard);
    const attachments = options.withScript === true ? await attachScripts(harness, scenarios) : [];
    for (const file of options.report)
      await writeReport(
        file,
        { results, searches: [] },
        { attachments, flags: flagsOf(options), program: programWords(), ...(shard === undefined ? {} : { shard }) },
      );
    await tellGitHub(results, process.env);
    return interrupted() ? EXIT.interrupted : exitStatus(results, expected, { acceptExitStatus: options.acceptExitStatus });
  });
}

function print(results: readonly RunResult[], given: readonly string[], options: RunCommandOptions, shard: Shard | undefined): void {
  if (options.json === true) {
    console.log(JSON.stringify(toRunJson(results, shard), null, 2));
    for (const words of unknownStepWords(results)) process.stderr.write(`warning: ${words}\n`);
    for (const folder of keptFolders(results)) process.stderr.write(`${keptWords(folder)}\n`);
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

function parseBreakage(text: string | undefined): Breakage | null {
  if (text === undefined) return null;
  const breakage = BREAKAGES.find((known) => known === text);
  if (breakage !== undefined) return breakage;
  const near = nearest(text, BREAKAGES);
  throw new UserError(`--break ${text}: not one of ${BREAKAGES.join(", ")}${near === null ? "" : `; did you mean ${near}?`}`);
}

function parseExpectation(text: string | undefined): Expectation | null {
  if (text === undefined) return null;
  const expected = EXPECTATIONS.find((known) => known === text);
  if (expected !== undefined) return expected;
  const near = nearest(text, EXPECTATIONS);
  throw new UserError(`--expect ${text}: not one of ${EXPECTATIONS.join(", ")}${near === null ? "" : `; did you mean ${near}?`}`);
}

function parseShard(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const [, index, count] = (/^(\d+)\/(\d+)$/u.exec(text) ?? []).map(Number);
  if (index === undefined || count === undefined || index < 1 || index > count)
    throw new UserError(`--shard ${text}: write it as I/N, for example 1/4 to 4/4`);
  return { index, count };
}
