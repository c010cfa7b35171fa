import { ENOUGH_RUNS } from "../../bisect/repeats.ts";
import { EXIT } from "../../report/exit-status.ts";
import { commandLine } from "../../report/command-line.ts";
import { paintVerdict } from "../../report/paint.ts";
import { exitStatusOnlyWords, judgedWords } from "../../report/verdict-words.ts";
import { unknownStepWords } from "../../report/unsupported-words.ts";
import type { Harness } from "../../run/harness/harness.ts";
import type { LoadedScenario } from "../../run/load-scenarios.ts";
import { Interrupted } from "../../run/search/release-runner.ts";
import type { ScenarioSearchOptions, SearchRuns } from "../../run/search/search.ts";
import { UserError } from "../../scenario/error.ts";
import { compare } from "../../scenario/version.ts";
import { parseBackend } from "../backend.ts";
import { note } from "../output-streams.ts";
import { checkReports } from "../report-file.ts";
import { openBar } from "../render/open-bar.ts";
import { paintFor } from "../render/paint.ts";
import { guardOutside, sandboxFlags, sandboxOption, type SandboxOptions } from "../sandbox.ts";
import { programWords } from "../started-as.ts";
import { readOneScenario } from "../scenario-files.ts";
import { type MachineOptions, machineOptions, withSession } from "../session.ts";

/** The options that bisect and map share. */
export interface SearchCommandOptions extends SandboxOptions, MachineOptions {
  readonly acceptExitStatus?: boolean;
  readonly repeat?: number;
  readonly confirm: number;
  readonly skip: string[];
  readonly cache: boolean;
  readonly jobs?: number;
  readonly json?: boolean;
  readonly report: string[];
  readonly backend?: string;
}

interface Search<Found extends SearchRuns> {
  /** The arguments that ask for the same again. */
  command(harness: Harness, scenario: LoadedScenario): Promise<readonly string[]>;
  run(harness: Harness, scenario: LoadedScenario, options: ScenarioSearchOptions, command: readonly string[]): Promise<Found>;
  /** Prints the answer and says with what status to end. */
  answer(scenario: LoadedScenario, found: Found, command: readonly string[], durationMs: number): Promise<number>;
}

/** Reads the scenario, searches, answers; after Ctrl-C and a fault says how to go on. */
export async function searchCommand<Found extends SearchRuns>(
  file: string,
  options: SearchCommandOptions,
  search: Search<Found>,
): Promise<number> {
  const backend = parseBackend(options.backend);
  const scenario = await readOneScenario(file, options);
  await checkReports(options.report, [scenario.file]);
  const session = { ...machineOptions(options), ...sandboxOption(options), notice: note };
  return withSession(session, async ({ harness, signal }) => {
    await guardOutside(harness, [scenario], options);
    const command = [...programWords(), ...(await search.command(harness, scenario)), ...shared(options)];
    const again = commandLine([...command, ...here(options)]);
    note(`finished probes are kept; cut off, this goes on: ${again}`);
    const paint = paintFor(process.stderr, process.env);
    const startedAt = performance.now();
    const bar = await openBar();
    let runs = 0;
    let answers = 0;
    const searching: ScenarioSearchOptions = {
      backend,
      acceptExitStatus: options.acceptExitStatus,
      signal,
      useCache: options.cache,
      skip: options.skip,
      notice: (text) => bar.line(text),
      ...(options.repeat !== undefined && { repeat: options.repeat }),
      confirm: options.confirm,
      ...(options.jobs !== undefined && { parallel: options.jobs }),
      onRun(result) {
        runs++;
        bar.line(`  uv ${result.uv}  ${paintVerdict(paint, result.verdict, judgedWords(result))}${result.cached ? "  (cached)" : ""}`);
      },
      onProgress({ text, probes, left }) {
        answers += probes.length;
        bar.line(text);
        if (left !== undefined) bar.update({ done: answers, total: answers + left, text });
      },
    };
    try {
      const found = await search.run(harness, scenario, searching, command);
      bar.end();
      const status = await search.answer(scenario, found, command, performance.now() - startedAt);
      const missing = [...found.missing].sort(compare).join(", ");
      if (missing !== "")
        note(`${found.missing.size} releases could not be fetched: ${missing}; this asks them once they can be:\n  ${again}`);
      for (const words of unknownStepWords(found.runs)) note(`warning: ${words}`);
      const notTaken = options.acceptExitStatus === true ? null : exitStatusOnlyWords(found.runs);
      if (notTaken !== null) note(`warning: ${notTaken}`);
      return status;
    } catch (error) {
      bar.end();
      const wasInterrupted = error instanceof Interrupted || signal.aborted;
      const kept = `finished probes are kept, and this goes on from there:\n  ${again}`;
      if (wasInterrupted) note(`interrupted; ${kept}`);
      else if (error instanceof UserError && runs > 0) note(kept);
      if (!wasInterrupted) throw error;
      return EXIT.interrupted;
    }
  });
}

export function flag(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}

function shared(options: SearchCommandOptions): string[] {
  const accept = options.acceptExitStatus === true ? ["--accept-exit-status"] : [];
  const skip = options.skip.flatMap((spec) => ["--skip", spec]);
  return [
    ...skip,
    ...flag("--repeat", options.repeat?.toString()),
    ...(options.confirm === ENOUGH_RUNS ? [] : ["--confirm", `${options.confirm}`]),
    ...flag("--backend", options.backend),
    ...accept,
    ...sandboxFlags(options),
  ];
}

/** What else the same search needs on this machine; not for a report. */
function here(options: SearchCommandOptions): string[] {
  return [...flag("--python", options.python), ...flag("--max-disk", options.maxDisk), ...flag("--jobs", options.jobs?.toString())];
}
