import { buildDistributions } from "../harness/prepare.ts";
import { INSTALLED_LIST } from "../../condition/installed.ts";
import { release as osRelease, type as osType } from "node:os";
import path from "node:path";
import { claimFor, compareClaim, isSupported } from "../../judge/claim.ts";
import { takenVerdict } from "../../judge/evidence.ts";
import { judge } from "../../judge/judge.ts";
import type { Observation, StepRecord, Trouble } from "../../observation/model.ts";
import { createRedactor } from "../../observation/redact.ts";
import { watchMachine } from "../../process/machine-watch.ts";
import type { RunEnvironment, RunResult } from "../../report/model.ts";
import { leavings } from "../../scenario/confined-scenario.ts";
import { UserError } from "../../scenario/error.ts";
import type { Scenario, Step } from "../../scenario/model.ts";
import type { Release } from "../../uv/binary.ts";
import { buildEnvironment, describeAddedEnvironment, type EnvironmentOptions, JOURNAL_VARIABLE } from "../../workspace/environment.ts";
import { isInside } from "../../workspace/confine.ts";
import { holdKeyringJournal, runningCalls } from "../../workspace/keyring-journal.ts";
import { Cleanup } from "./cleanup.ts";
import { executeSteps, type StepHost } from "./execute.ts";
import type { Harness } from "../harness/harness.ts";
import { needOf } from "../harness/sandbox-of.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { findLeaks, keyringJournal, observe } from "./observe.ts";
import { withBackend, type RunOptions } from "./options.ts";
import { pythonRefusal } from "./python-refusal.ts";
import { fetchOtherUvs } from "./other-uv.ts";
import { prepareLoaded } from "./prepare-loaded.ts";
import { SetUpFailed } from "./set-up-failed.ts";
import { type Apart, fillAll, journalNow, openRun, type OpenedRun } from "./opened-run.ts";

/**
 * One scenario with one uv: prepare, execute, observe, judge. What fails in the run is in the result; it throws only
 * for the user's mistakes (`UserError`) and for ours.
 */
export async function runScenario(
  harness: Harness,
  loaded: LoadedScenario,
  release: Release,
  options: RunOptions = {},
): Promise<RunResult> {
  const startedAt = performance.now();
  refuseLeaving(loaded);
  const scenario = withSyncedVenv(withBackend(loaded.scenario, options.backend));
  const outside = !isSupported(scenario, release.version);
  const seen = outside ? NOTHING_RUN : await runOnce(harness, loaded, scenario, release, options);
  const { verdict, evidence, reasons } = judge(scenario, seen.observation, release.version);
  const claim = claimFor(scenario, release.version);
  return {
    scenario: loaded.file,
    title: scenario.title,
    uv: release.version,
    uvBinary: release.spec === "binary" ? release.file : null,
    verdict,
    evidence,
    reasons,
    claim: compareClaim(claim, takenVerdict({ verdict, evidence }, options)),
    claimed: claim?.verdict ?? null,
    durationMs: performance.now() - startedAt,
    cached: false,
    observation: seen.observation,
    folder: seen.folder,
    verboseLog: null,
    environment: { ...(await machine(harness)), ...seen.apart, added: seen.added },
    scenarioText: loaded.text,
    definition: scenario,
    filledFiles: seen.filledFiles,
  };
}

/** Read by the parser, a scenario stays in its run's folder; one that a program put together is held to the same. */
function refuseLeaving({ scenario, file }: LoadedScenario): void {
  if (confined.has(scenario)) return;
  const found = leavings(scenario);
  if (found.length > 0) throw new UserError(found.map((each) => `${file}: ${each}`).join("\n"));
  confined.add(scenario);
}

const confined = new WeakSet<Scenario>();

interface Seen {
  readonly observation: Observation;
  readonly folder: string | null;
  readonly added: RunEnvironment["added"];
  readonly apart: Apart;
  readonly filledFiles: Readonly<Record<string, string>> | null;
}

const NOTHING_RUN: Seen = {
  observation: { steps: [], requests: [], keyring: [], files: [], leaks: [], trouble: [] },
  folder: null,
  added: [],
  apart: { sandbox: "none" },
  filledFiles: null,
};

/** What the scenario or the machine does not give while a run is set up, is trouble of that run alone. */
function setUpFault(error: unknown): { readonly fault: Trouble } {
  if (error instanceof SetUpFailed) return { fault: { kind: error.kind, step: null, detail: error.message } };
  throw error;
}

async function runOnce(harness: Harness, loaded: LoadedScenario, scenario: Scenario, release: Release, options: RunOptions): Promise<Seen> {
  await using held = new Cleanup();
  held.use(await harness.store.use(release));
  const open = async (): Promise<OpenedRun> => {
    const refusal = await pythonRefusal(harness, loaded, options);
    if (refusal !== null) throw new SetUpFailed(refusal);
    const [prepared, others] = await Promise.all([
      prepareLoaded(harness, loaded, scenario),
      fetchOtherUvs(harness, loaded, release.version),
    ]);
    for (const other of others.values()) held.use(await harness.store.use(other));
    return openRun(harness, scenario, release, prepared, options, others);
  };
  const started = await open().catch(setUpFault);
  if ("fault" in started) return { ...NOTHING_RUN, observation: { ...NOTHING_RUN.observation, trouble: [started.fault] } };
  await using opened = started;
  const execution = await executeSteps(scenario, stepHost(harness, opened, options), {
    verbose: options.verbose ?? false,
    signal: options.signal ?? new AbortController().signal,
  });
  const redactor = createRedactor(opened.secrets);
  const shown = namingFolders([
    ...(options.keep === true ? [] : [opened.workspace.paths.root, opened.workspace.seen.root].map((root) => [root, "$WORK"] as const)),
    // Both may lie in the user's home, whose path tells their name; what is as short as `/usr` stays.
    ...(
      [
        [harness.cacheDir, "$CACHE"],
        [path.dirname(path.dirname((await harness.python()).file)), "$PYTHON"],
      ] as const
    ).filter(([folder]) => folder.split(path.sep).length > 3),
  ]);
  return {
    observation: shown(await observe(opened, execution)),
    apart: opened.apart,
    folder: options.keep === true ? opened.workspace.paths.root : null,
    added: shown(
      redactor.redactDeep(describeAddedEnvironment(environmentOptions(harness, opened, scenario.steps.at(-1) as Step, options))),
    ),
    filledFiles: redactor.redactDeep(fillAll(scenario.files, opened.fill)),
  };
}

/** Folders differ from run to run and from machine to machine: names stand for them. */
function namingFolders(folders: readonly (readonly [folder: string, name: string])[]): <T>(value: T) => T {
  const named = folders.map(([folder, name]) => [JSON.stringify(folder).slice(1, -1), name] as const);
  return <T>(value: T) => {
    const text = named.reduce((shown, [folder, name]) => shown.replaceAll(folder, name), JSON.stringify(value));
    return JSON.parse(text) as T;
  };
}

/** What the steps need, over one opened run. */
export function stepHost(harness: Harness, opened: OpenedRun, options: RunOptions): StepHost {
  const { workspace, gateway } = opened;
  // By the open folder: a step may have put a link in its place.
  const journalOf = (environment: Readonly<Record<string, string>>): string =>
    path.join(workspace.outputDir, path.basename(environment[JOURNAL_VARIABLE] ?? ""));
  const pathOf = (step: Step): string => buildEnvironment({ ...environmentOptions(harness, opened, step, options), env: {} })["PATH"] ?? "";
  return {
    runProcess: opened.runProcess,
    outputDir: workspace.outputDir,
    now: journalNow,
    beginStep: (index) => opened.beginStep(index),
    endStep: () => gateway.endStep(),
    async apply(change) {
      gateway.apply(change);
      await opened.sources.apply(change);
    },
    fill: (text, step) => opened.fill(text, pathOf(step)),
    writeFiles: (files) => workspace.writeFiles("project", files),
    async writePackages(folder, packages) {
      for (const { filename, content } of await buildDistributions(packages)) {
        if (content.kind === "bytes") await workspace.writeBytes(`${folder}/${filename}`, content.bytes);
      }
    },
    removePaths: (paths) => workspace.removePaths(paths),
    readFile: async (name) =>
      name === INSTALLED_LIST ? { content: await workspace.installed(opened.scenario.venv.path) } : workspace.readFile(name),
    otherUv: (step) => opened.otherUv(step)?.version ?? null,
    environmentFor: (step) => buildEnvironment(environmentOptions(harness, opened, step, options)),
    workingDirectory: (step) => workspace.workingDirectory(step.cwd),
    findExecutable: (word, environment, cwd) => workspace.findCommand(word, environment, cwd),
    isUvOfRun: (file) => isInside(workspace.seen.bin, file),
    watchMachine: () => watchMachine(),
    recordKeyrings: (environment, cwd) => workspace.recordKeyrings({ environment, cwd, venv: opened.fill("{{venv}}") }),
    holdKeyringJournal: (environment) => holdKeyringJournal(journalOf(environment)),
    runningKeyrings: (environment) => runningCalls(journalOf(environment), keyringJournal(opened)),
    findLeaks: (step: number, record: StepRecord) => findLeaks(opened, step, record),
  };
}

/** A step's environment: ours, then the scenario's, then the step's own. */
export function environmentOptions(harness: Harness, opened: OpenedRun, step: Step, options: RunOptions): EnvironmentOptions {
  const { scenario, workspace } = opened;
  const base = {
    paths: workspace.seen,
    run: opened.id,
    network: networkOf(opened),
    step: scenario.steps.indexOf(step),
    otherUv: opened.otherUv(step)?.version ?? null,
    activeVenv: step.venv === "active" ? opened.fill("{{venv}}") : null,
    ownPython: needOf(scenario) !== undefined,
    tls: options.breakage === "tls-untrusted" ? ("none" as const) : step.tls,
    git: scenario.indexes.some((index) => index.git === true),
    tools: (scenario.tools ?? []).map(({ name }) => name),
    keyringPlugin: (scenario.keyring?.tool?.length ?? 0) > 0 || hasPluginPackage(scenario),
    pipConfig: Object.keys(scenario.home).some((file) => file.endsWith("pip.conf")),
    host: harness.env,
    platform: process.platform,
  };
  const searchPath = buildEnvironment({ ...base, env: {} })["PATH"] ?? "";
  return { ...base, env: fillAll({ ...scenario.env, ...step.env }, (text) => opened.fill(text, searchPath)) };
}

function networkOf({ gateway, enclosure }: OpenedRun): EnvironmentOptions["network"] {
  if (enclosure !== null) return { kind: "own" };
  if (gateway.proxyUrl === null) return { kind: "loopback", defaultIndexUrl: gateway.urlOf("default") };
  return { kind: "proxy", proxyUrl: gateway.proxyUrl };
}

function hasPluginPackage(scenario: Scenario): boolean {
  return scenario.indexes.some((index) => index.packages.some((pkg) => pkg.kind === "generated" && pkg.keyringPlugin !== null));
}

/** `state = "synced"` is one `uv sync` by the release under test before the scenario's own steps. */
function withSyncedVenv(scenario: Scenario): Scenario {
  const first = scenario.steps[0];
  if (scenario.venv.state !== "synced" || first === undefined) return scenario;
  const { uv: _, ...rest } = first;
  const sync: Step = {
    ...rest,
    argv: ["uv", "sync"],
    env: {},
    tls: "file",
    timeoutSeconds: 60,
    cwd: "",
    stdin: null,
    venv: "inactive",
    write: {},
    delete: [],
    set: [],
    exit: [0],
    reproduced: [],
    healthy: [],
  };
  return { ...scenario, steps: [sync, ...scenario.steps] };
}

async function machine(harness: Harness): Promise<Omit<RunEnvironment, "added" | keyof Apart>> {
  const python = await harness.python();
  return {
    python: python.version,
    platform: `${osType()} ${osRelease()} ${process.arch}`,
    node: process.version,
    toolVersion: harness.version,
  };
}
