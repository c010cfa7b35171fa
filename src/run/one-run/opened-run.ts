import { randomBytes } from "node:crypto";
import { startGateway, type Gateway } from "../../gateway/gateway.ts";
import type { Trouble } from "../../observation/model.ts";
import type { RunProcess } from "../../observation/process.ts";
import type { Secret } from "../../observation/secret.ts";
import { createRunProcess } from "../../process/run-process.ts";
import { loadExeca } from "../../process/launch.ts";
import { killTagged } from "../../process/tagged-processes.ts";
import type { RunEnvironment } from "../../report/model.ts";
import type { Scenario, Step } from "../../scenario/model.ts";
import type { Release } from "../../uv/binary.ts";
import { keyringAnswersText } from "../../workspace/keyring-answers.ts";
import { mintSecrets } from "../../workspace/secrets.ts";
import { createWorkspace, type Workspace } from "../../workspace/workspace.ts";
import { breakCommands, breakVenv } from "./breakage.ts";
import { type Contents, type Enclosure, openEnclosure } from "./enclosure.ts";
import { openSources, type OpenSources } from "./index-sources.ts";
import { SEEN_ROOT } from "../../workspace/layout.ts";
import { machineryOf } from "../harness/machinery.ts";
import { sandboxOf } from "../harness/sandbox-of.ts";
import type { Harness, Prepared } from "../harness/harness.ts";
import { ownNetwork } from "../../scenario/own-network.ts";
import { placeFault } from "./place-fault.ts";
import { SetUpFailed } from "./set-up-failed.ts";
import type { RunOptions } from "./options.ts";
import { recordingPrograms } from "../programs.ts";
import { fillText } from "../../scenario/placeholder.ts";
import { Cleanup } from "./cleanup.ts";
import { type OtherUvs, filesOf } from "./other-uv.ts";
import { placeNames, valueOf } from "./placeholder-values.ts";

/** What keeps a run's commands from the machine, or why nothing does. */
export type Apart = Pick<RunEnvironment, "sandbox" | "withoutSandbox">;

/** Everything that one run stands on, made for it and gone with it: secrets, indexes, gateway, folder, environment. */
export interface OpenedRun extends AsyncDisposable {
  readonly id: string;
  readonly scenario: Scenario;
  readonly secrets: readonly Secret[];
  readonly gateway: Gateway;
  readonly sources: OpenSources;
  readonly workspace: Workspace;
  readonly prepared: Prepared;
  /** What is `uv` in a step that wants another release than the one under test. */
  otherUv(step: Step): Release | null;
  readonly trouble: Trouble[];
  readonly apart: Apart;
  /** Starts a step's command. */
  readonly runProcess: RunProcess;
  /** `null`: nothing keeps its commands apart. */
  readonly enclosure: Enclosure | null;
  beginStep(step: number): void;
  /** Fills a text's placeholders; `path` is the PATH of the step that asks. */
  fill(text: string, path?: string): string;
}

/** Milliseconds on the clock that Python's `CLOCK_MONOTONIC` shares on Linux. */
export function journalNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Opens what a run stands on. Disposing ends its processes, closes the gateway and removes its folder (unless kept). */
export async function openRun(
  harness: Harness,
  scenario: Scenario,
  release: Release,
  prepared: Prepared,
  options: RunOptions,
  otherUvs: OtherUvs = new Map(),
): Promise<OpenedRun> {
  const id = `run-${randomBytes(8).toString("hex")}`;
  const trouble: Trouble[] = [];
  // Why there is none, if one has to be, shows when it is opened.
  const kind = sandboxOf(harness, scenario, options).then(
    ({ sandbox }) => sandbox?.kind ?? null,
    () => null,
  );
  // While files are written; what fails shows when the first step is launched. In bubblewrap none is launched by us.
  kind.then((known) => (known === "bwrap" ? null : loadExeca())).catch(() => null);
  const secrets = mintSecrets(scenario.indexes);
  await using cleanup = new Cleanup();
  let step = -1;
  const contents = Promise.withResolvers<Contents>();
  contents.promise.catch(() => undefined);
  // It takes as long as all that comes before it is needed.
  const opening = settingUp(
    "the run's sandbox",
    openEnclosure(harness, { scenario, options, id, contents: contents.promise, step: () => step }),
  );
  opening.catch(() => undefined);
  cleanup.defer(async () => {
    contents.reject(new Error("the run ended before its folder was made"));
    const opened = await opening.catch(() => null);
    if (opened !== null && opened.kind !== "none") await opened[Symbol.asyncDispose]();
  });
  const sources = await openSources(harness, scenario, prepared, secrets, options);
  const python = await harness.python();
  const workspace = cleanup.use(
    await settingUp(
      "the run's folder",
      createWorkspace({
        run: id,
        owner: machineryOf(harness).identity,
        baseDir: harness.baseDir,
        // What is kept is also used from outside, where its venv names its own folder.
        seenRoot: options.keep === true || (await kind) === null ? null : SEEN_ROOT,
        commands: {
          uv: release.file,
          otherUvs: filesOf(otherUvs),
          python,
          keyring: prepared.keyringCommand,
          tools: prepared.tools,
          systemTools: await harness.systemTools(),
        },
        recording: options.probe === false ? null : recordingPrograms(),
      }),
    ),
  );
  const executables = [release.file, ...filesOf(otherUvs).values(), ...(prepared.furnishVenv === null ? [] : [await harness.bootstrap()])];
  contents.resolve({ workspace, prepared, python, executables });
  const opened = await opening;
  const enclosure = opened.kind === "none" ? null : opened;
  const ownHosts = ownNetwork(scenario);
  if (opened.kind === "none" && ownHosts !== null) {
    throw new SetUpFailed(`${ownHosts} needs a sandbox: outside one the scenario's hosts are reached by a proxy alone (${opened.why})`);
  }
  const gateway = cleanup.use(
    await startGateway({
      mode: options.mode ?? "proxy",
      network: enclosure?.network ?? null,
      indexes: scenario.indexes,
      defaultIndex: scenario.defaultIndex,
      source: sources.byIndex,
      secrets,
      authority: () => harness.authority(),
      now: journalNow,
      trouble: (detail) => trouble.push({ kind: "gateway", step: null, detail }),
    }),
  );
  if (options.breakage === "index-down") gateway.sabotage("down");
  // Last in, first out: no process outlives the folder it works in.
  cleanup.defer(async () => {
    await killTagged(id);
  });
  if (options.keep === true) await workspace.keep();

  const runProcess = enclosure?.runProcess ?? createRunProcess({ tag: id, seal: machineryOf(harness).identity.seal });

  const places = placeNames(scenario, workspace, python);
  const fill = (text: string, path = ""): string =>
    fillText(text, (name) =>
      valueOf(name, {
        scenario,
        secrets,
        urlOf: (index) => gateway.urlOf(index),
        fileUrlOf: (index, project) => gateway.fileUrlOf(index, project),
        places: { ...places, path },
      }),
    );
  const furnish = async (): Promise<void> => {
    await workspace.writeFiles("project", fillAll(scenario.files, fill));
    await workspace.writeFiles("home", fillAll(scenario.home, fill));
    const isUntrusted = options.breakage === "tls-untrusted";
    await workspace.writeCertificates(
      isUntrusted ? "" : gateway.caPem,
      gateway.clientPem,
      isUntrusted && gateway.proxyCaPem !== null ? "" : gateway.proxyCaPem,
    );
    await workspace.writeKeyringAnswers(keyringAnswersText(scenario, { secrets, urlOf: (index) => gateway.urlOf(index), fill }));
    await breakCommands(workspace, options.breakage ?? null);
  };
  await settingUp("the run's files", furnish());
  const { signal } = options;
  const untilAborted: RunProcess = (request) => runProcess(signal === undefined ? request : { ...request, signal });
  await settingUp("[venv]", Promise.resolve(prepared.furnishVenv?.(workspace, untilAborted))).catch((error: unknown) => {
    if (signal?.aborted === true) throw new SetUpFailed("the run was interrupted while its venv was made", { kind: "interrupted" });
    throw error;
  });
  if (prepared.furnishVenv !== null) await breakVenv(workspace, scenario.venv.path, options.breakage ?? null);
  const all = cleanup.move();
  return {
    id,
    scenario,
    secrets,
    gateway,
    sources,
    workspace,
    prepared,
    otherUv: ({ uv }) => (uv === undefined ? null : (otherUvs.get(uv) ?? null)),
    trouble,
    apart: opened.kind === "none" ? { sandbox: "none", withoutSandbox: opened.why } : { sandbox: opened.kind },
    runProcess,
    enclosure,
    beginStep(index) {
      step = index;
      gateway.beginStep(index, scenario.steps[index]?.tls !== "none");
    },
    fill,
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  };
}

async function settingUp<Value>(what: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    throw new SetUpFailed(`${what} cannot be made: ${placeFault(error)}`, { cause: error });
  }
}

export function fillAll(texts: Readonly<Record<string, string>>, fill: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, fill(text)]));
}
