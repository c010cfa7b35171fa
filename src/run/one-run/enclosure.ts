import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { PythonInfo, RunProcess } from "../../observation/process.ts";
import { createRunProcess } from "../../process/run-process.ts";
import { createStartChannel } from "../../process/start-channel.ts";
import { makeLayers } from "../../sandbox/layers.ts";
import type { Enclosed, Inside, RoomSockets, Sandbox, View } from "../../sandbox/model.ts";
import { writeEtc } from "../../sandbox/etc-files.ts";
import type { Scenario } from "../../scenario/model.ts";
import { keyringJournalFile } from "../../workspace/environment.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { machineryOf } from "../harness/machinery.ts";
import type { Harness, Prepared } from "../harness/harness.ts";
import { sandboxOf } from "../harness/sandbox-of.ts";
import type { RunOptions } from "./options.ts";
import { seenOfPython } from "../harness/seen-python.ts";
import { portsOf } from "./ports.ts";

/** The sandbox of one run, with its network; nothing of it is left once it is disposed of. */
export interface Enclosure extends AsyncDisposable {
  readonly kind: Sandbox["kind"];
  readonly network: RoomSockets;
  readonly runProcess: RunProcess;
  /** What starts a program for the user's hands. */
  shell(program: Omit<Inside, "journal">, isTerminal: boolean): Promise<Enclosed>;
}

/** What the commands of a run need to see. */
export interface Contents {
  readonly workspace: Workspace;
  readonly prepared: Prepared;
  readonly python: PythonInfo;
  /** Executables: the uv under test, and the one that prepares. */
  readonly executables: readonly string[];
}

export interface EnclosureOptions {
  readonly scenario: Scenario;
  readonly options: RunOptions;
  /** Of the run. */
  readonly id: string;
  /** As soon as they are known. */
  readonly contents: Promise<Contents>;
  /** Which step's command is started; −1 for what prepares. */
  step(): number;
}

/** A run whose commands are not kept apart, and why. */
export interface NoEnclosure {
  readonly kind: "none";
  readonly why: string;
}

export async function openEnclosure(
  harness: Harness,
  { scenario, options, id, contents, step }: EnclosureOptions,
): Promise<Enclosure | NoEnclosure> {
  const found = await sandboxOf(harness, scenario, options);
  if (found.sandbox === null) return { kind: "none", why: found.why };
  const { sandbox } = found;
  const { folder, identity } = machineryOf(harness);
  const view = contents.then((known) => viewOf(known, scenario, sandbox));
  const known = Promise.all([contents, view]);
  // Where no room can be had, nobody waits for it.
  known.catch(() => undefined);
  const room = await sandbox.open({ start: createStartChannel({ tag: id }), ports: portsOf(scenario), view, folder });
  const [{ workspace }] = await known.catch(async (error: unknown) => {
    await room[Symbol.asyncDispose]();
    throw error;
  });
  const journal = (): string => keyringJournalFile(workspace.paths, step());
  return {
    kind: sandbox.kind,
    network: room.network,
    runProcess: room.runProcess(createRunProcess({ tag: id, seal: identity.seal }), journal),
    shell: (program, isTerminal) => room.enclose({ ...program, journal: journal() }, isTerminal),
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  };
}

async function viewOf(
  { workspace, prepared, python, executables }: Contents,
  { steps }: Scenario,
  { user, layered }: Sandbox,
): Promise<View> {
  const { root, bin, etc, probe, output, layers } = workspace.paths;
  const own = path.join(etc, "machine");
  await mkdir(own);
  writeEtc(own, { home: workspace.seen.home, user });
  return {
    root,
    seenRoot: workspace.seen.root,
    fixed: [bin, etc, probe, path.join(root, "uv.toml"), path.join(root, "owner.json")],
    hidden: output,
    journals: [-1, ...steps.keys()].map((step) => keyringJournalFile(workspace.paths, step)),
    readable: [
      ...executables.flatMap((file) => [file, path.join(path.dirname(file), "uvx")]),
      ...seenOfPython(python),
      ...prepared.tools.map(({ folder }) => folder),
      ...(prepared.keyringToolDir === null ? [] : [prepared.keyringToolDir]),
    ],
    // Where no step sees it, but through the layer.
    layers: await makeLayers(layered, layers),
    etc: own,
  };
}
