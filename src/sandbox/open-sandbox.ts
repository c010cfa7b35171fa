import { randomBytes } from "node:crypto";
import { access, constants, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RunProcess, StartChannel } from "../observation/process.ts";
import { type Inside, onTerminal } from "./bubblewrap.ts";
import { DNS_ADDRESS, type HeldNetwork, holdNetwork } from "./holder.ts";
import type { View } from "./model.ts";
import { enclose, type Enclosed, runInside } from "./run-inside.ts";
import { seccompProgram } from "./seccomp.ts";

export interface SandboxOptions {
  readonly bwrap: string;
  /** Folder with `holder.py` and `waiter.sh`. */
  readonly programs: string;
  /** Absolute path of a Python, for the holder. */
  readonly python: string;
  /** An existing folder, ours alone, that lives as long as the sandbox is used. */
  readonly folder: string;
}

/** A way to run commands apart from the machine. */
export interface Sandbox {
  readonly kind: "bwrap";
  /** A network for one run. */
  hold(start: StartChannel, ports: readonly number[], outputDir: string): Promise<HeldNetwork>;
  /** What starts a program for the user's hands; with a terminal of its own where ours is one. */
  enclose(network: HeldNetwork, view: View, inside: Inside, outputDir: string, isTerminal: boolean): Promise<Enclosed>;
  /** Runs commands with that network and view; `run` starts what builds their walls. */
  runProcess(run: RunProcess, network: HeldNetwork, view: View, journalOf: () => string | null): RunProcess;
}

/** A sandbox, or the one line that says why there is none. */
export type FoundSandbox = { readonly sandbox: Sandbox } | { readonly sandbox: null; readonly why: string };

/** Where the tools that enter namespaces are, whatever PATH says. */
const SYSTEM_FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];

export async function openSandbox({ bwrap, programs, python, folder }: SandboxOptions): Promise<Sandbox> {
  const [nsenter, unshare, prlimit] = await Promise.all(["nsenter", "unshare", "prlimit"].map(findSystemTool));
  if (nsenter == null || unshare == null || prlimit == null)
    throw new Error("the system has not all of nsenter, unshare and prlimit (util-linux)");
  const filter = seccompProgram(process.arch);
  const seccompFile = filter === null ? null : path.join(folder, `seccomp-${randomBytes(4).toString("hex")}`);
  if (filter !== null && seccompFile !== null) await writeFile(seccompFile, filter);
  const walls = { prlimit, nsenter, bwrap, seccompFile, seccomp: seccompFile !== null, programs };
  return {
    kind: "bwrap",
    enclose: (network, view, inside, outputDir, isTerminal) =>
      enclose({ ...walls, holder: network.pid, view }, isTerminal ? { ...inside, ...onTerminal(python, inside) } : inside, outputDir),
    hold: (start, ports, outputDir) => holdNetwork({ start, unshare, python, program: path.join(programs, "holder.py"), ports, outputDir }),
    runProcess: (run, network, view, journalOf) => runInside({ ...walls, run, holder: network.pid, view }, journalOf),
  };
}

/** The absolute path of a tool of the system; `null` if there is none. */
export async function findSystemTool(name: string): Promise<string | null> {
  for (const file of SYSTEM_FOLDERS.map((folder) => path.join(folder, name))) {
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return null;
}

/** The files of `/etc` inside: who the user is, and that names are asked for at our server alone. */
export function etcFiles(home: string): Record<string, string> {
  return {
    passwd: `root:x:0:0:root:/nonexistent:/bin/sh\nuser:x:1000:1000::${home}:/bin/sh\n`,
    group: "root:x:0:\nuser:x:1000:\n",
    hosts: "127.0.0.1 localhost uv-mre\n",
    "host.conf": "multi on\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "resolv.conf": `nameserver ${DNS_ADDRESS}\n`,
  };
}
