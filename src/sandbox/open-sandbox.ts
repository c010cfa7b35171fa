import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { isExecutable } from "../disk/executable.ts";
import { USER } from "./bubblewrap.ts";
import { holdNetwork } from "./holder.ts";
import type { Enclosed, Inside, Sandbox } from "./model.ts";
import { byHand, enclose, runEnclosed, startInside } from "./run-inside.ts";
import { seccompProgram } from "./seccomp.ts";

export interface SandboxOptions {
  readonly bwrap: string;
  /** Folder with `holder.py` and `waiter.sh`. */
  readonly programs: string;
  /** Absolute path of a Python, for the holder. */
  readonly python: string;
  /** An existing folder, ours alone, that lives as long as the sandbox is used. */
  readonly folder: string;
  /** Folders of the machine that each run gets a layer of its own over. */
  readonly layered: readonly string[];
}

/** Where the tools that enter namespaces are, whatever PATH says. */
const SYSTEM_FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];

export async function openSandbox({ bwrap, programs, python, folder, layered }: SandboxOptions): Promise<Sandbox> {
  const [nsenter, unshare, prlimit] = await Promise.all(["nsenter", "unshare", "prlimit"].map(findSystemTool));
  if (nsenter == null || unshare == null || prlimit == null)
    throw new Error("the system has not all of nsenter, unshare and prlimit (util-linux)");
  const filter = seccompProgram(process.arch);
  const seccompFile = filter === null ? null : path.join(folder, `seccomp-${randomBytes(4).toString("hex")}`);
  if (filter !== null && seccompFile !== null) await writeFile(seccompFile, filter);
  const walls = { prlimit, nsenter, bwrap, seccompFile, seccomp: seccompFile !== null, programs };
  return {
    kind: "bwrap",
    user: USER,
    layered,
    async open({ start, ports, view, folder: outputDir }) {
      const program = path.join(programs, "holder.py");
      const network = await holdNetwork({ start, unshare, python, program, bwrap, seccompFile, ports, outputDir });
      const inside = async (meant: Inside, output: string): Promise<Enclosed> =>
        enclose({ ...walls, holder: network.pid, view: await view }, meant, output);
      return {
        network,
        runProcess: (run, journalOf) =>
          runEnclosed(run, journalOf, async (meant) => startInside({ ...walls, view: await view }, network.steps, meant)),
        enclose: byHand(inside, { python, folder: outputDir }),
        [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
      };
    },
  };
}

/** The absolute path of a tool of the system; `null` if there is none. */
export async function findSystemTool(name: string): Promise<string | null> {
  for (const file of SYSTEM_FOLDERS.map((folder) => path.join(folder, name))) {
    if (await isExecutable(file)) return file;
  }
  return null;
}
