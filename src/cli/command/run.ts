import { EXIT, EXPECTATIONS, exitStatus, type Expectation } from "../../report/exit-status.ts";
import type { Shard } from "../../report/json.ts";
import { BREAKAGES, type Breakage } from "../../run/one-run/options.ts";
import { UserError } from "../../scenario/error.ts";
import { nearest } from "../../scenario/nearest.ts";
import { parseBackend } from "../backend.ts";
import { note } from "../output-streams.ts";
import { checkFormat, checkReports } from "../report-file.ts";
import { sandboxOption } from "../sandbox.ts";
import { readScenarios } from "../scenario-files.ts";
import { machineOptions, withSession } from "../session.ts";
import { checkWithoutProxy, runOnce, type Plan, type RunCommandOptions } from "./run-once.ts";
import { watchRuns } from "./watch.ts";

/** `uv-mre run`: what people read goes to stdout as a table; with `--json` stdout holds that object alone. */
export async function runCommand(files: string[], options: RunCommandOptions): Promise<number> {
  const breakage = parseBreakage(options.break);
  const backend = parseBackend(options.backend);
  const expected = parseExpectation(options.expect);
  const shard = parseShard(options.shard);
  if (options.withScript === true && !options.report.some((file) => checkFormat(file).ending === ".md"))
    throw new UserError("--with-script puts the script into a report: name one with --report FILE.md");
  if (options.watch === true) checkWatch(files, options);
  const scenarios = await readScenarios(files, options);
  const inputs = scenarios.map((scenario) => scenario.file);
  await checkReports(options.report, inputs);
  checkWithoutProxy(scenarios, options);
  const plan: Plan = {
    files,
    options,
    shard,
    runOptions: {
      mode: options.proxy ? "proxy" : "loopback",
      backend,
      keep: options.keep === true,
      breakage,
      acceptExitStatus: options.acceptExitStatus,
    },
  };
  return withSession({ ...machineOptions(options), ...sandboxOption(options), notice: note }, async (session) => {
    if (options.watch === true) return watchRuns(session, scenarios, plan);
    const results = await runOnce(session, scenarios, plan);
    return session.interrupted() ? EXIT.interrupted : exitStatus(results, expected, { acceptExitStatus: options.acceptExitStatus });
  });
}

/** What goes with no end: one object, one exit status, one part of many; standard input comes but once. */
function checkWatch(files: readonly string[], { json, expect, shard }: RunCommandOptions): void {
  const given = { "--json": json === true, "--expect": expect !== undefined, "--shard": shard !== undefined, "-": files.includes("-") };
  const wrong = Object.entries(given).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
  if (wrong.length > 0) throw new UserError(`--watch runs until Ctrl-C, which does not go with ${wrong.join(", ")}`);
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
