import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import type { PythonInfo, RunProcess } from "../../observation/process.ts";
import { createRunProcess } from "../../process/run-process.ts";
import { createStartChannel } from "../../process/start-channel.ts";
import type { Inside } from "../../sandbox/bubblewrap.ts";
import type { HeldNetwork } from "../../sandbox/holder.ts";
import type { View } from "../../sandbox/model.ts";
import type { Enclosed } from "../../sandbox/run-inside.ts";
import { etcFiles, type Sandbox } from "../../sandbox/open-sandbox.ts";
import type { Scenario } from "../../scenario/model.ts";
import { keyringJournalFile } from "../../workspace/environment.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { machineryOf } from "../harness/machinery.ts";
import type { Harness, Prepared } from "../harness/harness.ts";
import { sandboxOf } from "../harness/sandbox-of.ts";
import type { RunOptions } from "./options.ts";
import { portsOf } from "./ports.ts";

/** The sandbox of one run, with its network; there before anything else of the run is. */
export interface Enclosure extends AsyncDisposable {
  readonly kind: Sandbox["kind"];
  readonly network: HeldNetwork;
  /** Starts the run's commands inside; `step` says which step's, −1 for what prepares. */
  enclose(contents: Contents, step: () => number): Promise<Insides>;
}

/** Ways into a sandbox with its contents. */
export interface Insides {
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

/** `null`: the run's commands are not kept apart. */
export async function openEnclosure(harness: Harness, scenario: Scenario, options: RunOptions, id: string): Promise<Enclosure | null> {
  if (options.mode === "loopback") return null;
  const { sandbox } = await sandboxOf(harness, scenario, options.sandbox);
  if (sandbox === null) return null;
  const network = await sandbox.hold(createStartChannel({ marker: id }), portsOf(scenario), machineryOf(harness).folder);
  return {
    kind: sandbox.kind,
    network,
    async enclose(contents, step) {
      const view = await viewOf(contents);
      const { paths } = contents.workspace;
      const journal = (): string => keyringJournalFile(paths, step());
      return {
        runProcess: sandbox.runProcess(createRunProcess({ marker: id, seal: machineryOf(harness).ownership.seal }), network, view, journal),
        shell: (program, isTerminal) =>
          sandbox.enclose(network, view, { ...program, journal: journal() }, machineryOf(harness).folder, isTerminal),
      };
    },
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  };
}

async function viewOf({ workspace, prepared, python, executables }: Contents): Promise<View> {
  const { root, bin, etc, probe, output, home } = workspace.paths;
  const own = path.join(etc, "machine");
  await mkdir(own);
  const files = Object.entries(etcFiles(home));
  await Promise.all(files.map(([name, text]) => writeFile(path.join(own, name), text)));
  return {
    root,
    fixed: [bin, etc, probe, path.join(root, "uv.toml"), path.join(root, "owner.json")],
    hidden: output,
    readable: [
      ...executables.flatMap((file) => [file, path.join(path.dirname(file), "uvx")]),
      ...pythonPlaces(python),
      ...prepared.tools.map(({ folder }) => folder),
      ...(prepared.keyringToolDir === null ? [] : [prepared.keyringToolDir]),
    ],
    etc: Object.fromEntries(files.map(([name]) => [name, path.join(own, name)])),
  };
}

/** A Python and its library; of one that was installed right into a home, no more than that. */
function pythonPlaces({ file, version }: PythonInfo): string[] {
  const prefix = path.dirname(path.dirname(file));
  if (prefix === "/" || prefix === "/usr") return [];
  const minor = version.split(".").slice(0, 2).join(".");
  const home = homedir();
  const isHome = home === prefix || home.startsWith(`${prefix}/`);
  return isHome ? [file, path.join(prefix, "lib", `python${minor}`), path.join(prefix, "lib", `libpython${minor}.so.1.0`)] : [prefix];
}
