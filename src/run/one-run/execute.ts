import { filesReadBy } from "../../condition/table.ts";
import { exitMeets } from "../../condition/exit.ts";
import type { FileRecord, LeakRecord, StepRecord, Trouble, UnrecordedKeyring } from "../../observation/model.ts";
import type { RunProcess } from "../../observation/process.ts";
import { distFolder } from "../../scenario/distribution.ts";
import type { Change, Condition, GeneratedPackage, Scenario, Step } from "../../scenario/model.ts";
import { toolOfCommand } from "../../scenario/tools.ts";
import type { MachineWatch } from "../../process/machine-watch.ts";
import type { HeldJournal } from "../../workspace/keyring-journal.ts";
import type { RecordedKeyrings } from "../../workspace/keyring-recorder.ts";
import { placeFault } from "./place-fault.ts";

/** What one step needs done for it; `run-scenario.ts` provides it over the workspace and the gateway. */
export interface StepHost {
  readonly runProcess: RunProcess;
  /** Milliseconds on the journal's clock. */
  now(): number;
  beginStep(index: number): void;
  /** Waits until all is in the journal that the step's processes brought; they have ended. */
  endStep(): Promise<void>;
  apply(change: Change): Promise<void>;
  /** Fills placeholders for a step. */
  fill(text: string, step: Step): string;
  writeFiles(files: Readonly<Record<string, string>>): Promise<void>;
  /** Puts the files of packages into a folder of the project. */
  writePackages(folder: string, packages: readonly GeneratedPackage[]): Promise<void>;
  removePaths(paths: readonly string[]): Promise<void>;
  readFile(path: string): Promise<Pick<FileRecord, "content" | "unread">>;
  environmentFor(step: Step): Record<string, string>;
  /** The release that is `uv` in a step, where it is not the one under test. */
  otherUv(step: Step): string | null;
  workingDirectory(step: Step): Promise<string>;
  /** The executable for a step's first word; `null` if it is not on the step's PATH. */
  findExecutable(word: string, environment: Readonly<Record<string, string>>, cwd: string): Promise<string | null>;
  /** Whether an executable is the release under test, or another that the scenario names. */
  isUvOfRun(file: string): boolean;
  /** Has the calls of every keyring that the step may start recorded. */
  recordKeyrings(environment: Readonly<Record<string, string>>, cwd: string): Promise<RecordedKeyrings>;
  /** Begins the step's journal of keyring calls. */
  holdKeyringJournal(environment: Readonly<Record<string, string>>): Promise<HeldJournal>;
  /** When the calls of keyring began that are still running. */
  runningKeyrings(environment: Readonly<Record<string, string>>): Promise<number[]>;
  /** Watches the machine while the step runs. */
  watchMachine(): MachineWatch;
  readonly outputDir: string;
  findLeaks(step: number, record: StepRecord): Promise<LeakRecord[]>;
}

export interface Execution {
  readonly steps: StepRecord[];
  readonly files: FileRecord[];
  readonly leaks: LeakRecord[];
  readonly trouble: Trouble[];
  readonly unrecordedKeyrings: UnrecordedKeyring[];
  /** When the calls of keyring began that had not ended when their step did. */
  readonly outlived: Set<number>;
}

/** What the steps of a run may take together, however much time each has. */
const RUN_SECONDS = 3_600;

/**
 * Runs the steps in order and stops at the first that makes the rest meaningless: a set-up step whose exit is
 * not as wanted, a time-out, a signal, an executable that is not there.
 */
export async function executeSteps(
  scenario: Scenario,
  host: StepHost,
  options: { verbose: boolean; signal: AbortSignal },
): Promise<Execution> {
  const execution: Execution = { steps: [], files: [], leaks: [], trouble: [], unrecordedKeyrings: [], outlived: new Set() };
  const end = host.now() + RUN_SECONDS * 1_000;
  for (const [index, step] of scenario.steps.entries()) {
    const seconds = Math.min(step.timeoutSeconds, (end - host.now()) / 1_000);
    if (seconds <= 0) {
      execution.trouble.push({
        kind: "timeout",
        step: index,
        detail: `the steps before took all of the ${RUN_SECONDS} s that a run may take`,
      });
      break;
    }
    if (options.signal.aborted) {
      execution.trouble.push({ kind: "interrupted", step: index, detail: "the run was interrupted before this step" });
      break;
    }
    try {
      if (!(await passes(index, step, host, { ...options, seconds }, execution))) break;
    } catch (error) {
      execution.trouble.push({ kind: "workspace", step: index, detail: placeFault(error) });
      break;
    }
  }
  return execution;
}

interface StepOptions {
  readonly verbose: boolean;
  readonly signal: AbortSignal;
  /** That the step may take. */
  readonly seconds: number;
}

/** Does one step, and says whether the next one means anything. */
async function passes(index: number, step: Step, host: StepHost, options: StepOptions, execution: Execution): Promise<boolean> {
  host.beginStep(index);
  for (const change of step.set) await host.apply(change);
  await host.removePaths(step.delete.map((path) => host.fill(path, step)));
  await host.writeFiles(mapValues(step.write, (text) => host.fill(text, step)));
  if (step.dist !== undefined) await host.writePackages(distFolder(step), step.dist);
  const record = await executeStep(index, step, host, options, execution);
  if (record === null) return false;
  execution.steps.push(record);
  execution.leaks.push(...(await host.findLeaks(index, record)));
  for (const path of filesNamedBy(step)) execution.files.push({ step: index, path, ...(await host.readFile(path)) });
  return !record.timedOut && record.signal === null && (isJudged(step) || exitMeets(step.exit, record.exit));
}

async function executeStep(
  index: number,
  step: Step,
  host: StepHost,
  options: StepOptions,
  { trouble, unrecordedKeyrings, outlived }: Execution,
): Promise<StepRecord | null> {
  const environment = host.environmentFor(step);
  const argv = step.argv.map((word) => host.fill(word, step));
  const [command = "", ...rest] = argv;
  const cwd = await host.workingDirectory(step);
  const file = await host.findExecutable(command, environment, cwd);
  if (file === null) {
    trouble.push({ kind: "spawn", step: index, detail: `\`${command}\` is not on the step's PATH${whence(command)}` });
    return null;
  }
  const keyrings = await host.recordKeyrings(environment, cwd);
  const other = await otherUv(argv, (word) => host.findExecutable(word, environment, cwd), host.isUvOfRun);
  if (other !== null) {
    trouble.push({ kind: "spawn", step: index, detail: other });
    return null;
  }
  await using journal = await host.holdKeyringJournal(environment);
  const machine = host.watchMachine();
  const startedAt = host.now();
  const args = options.verbose && command === "uv" && !rest.includes("-v") ? ["-v", ...rest] : rest;
  const result = await host.runProcess({
    ...(await keyrings.watched({ file, args })),
    cwd,
    env: environment,
    stdin: step.stdin === null ? null : host.fill(step.stdin, step),
    timeoutMs: options.seconds * 1000,
    outputDir: host.outputDir,
    signal: options.signal,
    ended: async () => (await host.runningKeyrings(environment)).forEach((began) => outlived.add(began)),
  });
  await host.endStep();
  for (const { kind, detail } of machine.end()) trouble.push({ kind, step: index, detail });
  const lost = await journal.loss();
  if (lost !== null) trouble.push({ kind: "workspace", step: index, detail: lost });
  for (const detail of await keyrings.restore()) unrecordedKeyrings.push({ step: index, detail });
  if (result.spawnError !== null) {
    trouble.push({ kind: "spawn", step: index, detail: `\`${command}\` could not be started: ${result.spawnError}` });
    return null;
  }
  if (options.signal.aborted) trouble.push({ kind: "interrupted", step: index, detail: "the run was interrupted during this step" });
  else if (result.timedOut) {
    trouble.push({
      kind: "timeout",
      step: index,
      detail: `\`${step.argv.join(" ")}\` was still running after ${Math.round(options.seconds * 10) / 10} s and was killed`,
    });
  } else if (result.signal !== null) {
    trouble.push({ kind: "signal", step: index, detail: `\`${step.argv.join(" ")}\` was ended by ${result.signal}` });
  } else if (result.outputCut) {
    trouble.push({
      kind: "workspace",
      step: index,
      detail: `\`${step.argv.join(" ")}\` printed more than is kept, so its output can't be judged`,
    });
  }
  const uv = host.otherUv(step);
  return {
    argv,
    ...(uv === null ? {} : { uv }),
    exit: result.exit,
    signal: result.signal,
    timedOut: result.timedOut,
    durationMs: result.durationMs,
    stdout: result.stdout,
    stderr: result.stderr,
    startedAt,
  };
}

/** A command of uv's, also amid a shell's program. */
const UV_COMMAND = /(?:^|[\s;&|(])(uvx?)(?=\s|$)/g;

/**
 * What else than the release under test `uv` would mean in a step that runs it: a venv or a tool folder may hold another, and a
 * verdict on that is none on the release.
 */
async function otherUv(
  argv: readonly string[],
  find: (word: string) => Promise<string | null>,
  isUvOfRun: (file: string) => boolean,
): Promise<string | null> {
  for (const name of new Set([...argv.join("\n").matchAll(UV_COMMAND)].map(([, name = ""]) => name))) {
    const file = await find(name);
    if (file !== null && !isUvOfRun(file)) return `\`${name}\` on the step's PATH is ${file}, not the release under test`;
  }
  return null;
}

/** How a program that is not there would be. */
function whence(command: string): string {
  const tool = toolOfCommand(command);
  return tool === null ? "" : `; \`tools = ["${tool}"]\` puts it there`;
}

/** A step without conditions is set-up: what follows means nothing unless it exits as it should. */
function isJudged(step: Step): boolean {
  return step.reproduced.length > 0 || step.healthy.length > 0;
}

function filesNamedBy(step: Step): string[] {
  const conditions: readonly Condition[] = [...step.reproduced, ...step.healthy];
  return [...new Set(conditions.flatMap(filesReadBy))];
}

function mapValues(record: Readonly<Record<string, string>>, change: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, text]) => [key, change(text)]));
}
