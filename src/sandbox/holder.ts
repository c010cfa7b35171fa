import path from "node:path";
import type { StartChannel } from "../observation/process.ts";
import { limitWords, pidMax } from "./limits.ts";
import { type HeldNetwork, holdSockets } from "./sockets.ts";
import { createSteps, type Steps } from "./steps.ts";

/** The network of a run, whose holder starts the steps in it. */
export interface HeldRun extends HeldNetwork {
  readonly steps: Steps;
}

export interface HolderOptions {
  readonly start: StartChannel;
  /** Absolute path. */
  readonly unshare: string;
  /** Absolute path of a Python. */
  readonly python: string;
  /** Absolute path of `programs/sandbox/holder.py`. */
  readonly program: string;
  /** Absolute path. */
  readonly bwrap: string;
  /** File with the filter of system calls; `null`: none for this machine. */
  readonly seccompFile: string | null;
  /** Where something listens, whatever the address. */
  readonly ports: readonly number[];
  /** An existing folder, ours alone, for its output, and for what speeds up the next one's start. */
  readonly outputDir: string;
}

/** unshare's options; `--kill-child` by the signal that nothing in there can refuse. */
export const NAMESPACES = ["--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"] as const;

/** nsenter's options for what a process holds. */
export function enterArguments(pid: number): string[] {
  return ["-t", String(pid), "-U", "-n", "-m", `--pid=/proc/${pid}/ns/pid_for_children`, "--preserve-credentials", "--"];
}

/** Opens a network. Rejects, with what was said, where this machine does not let us. */
export async function holdNetwork(options: HolderOptions): Promise<HeldRun> {
  const ports = [...new Set(options.ports)].sort((a, b) => a - b);
  const { python, program, bwrap, seccompFile, start, outputDir } = options;
  // Of all runs that have the folder; Python itself puts nothing half written there.
  const bytecode = path.join(outputDir, "bytecode");
  let network: HeldNetwork | null = null;
  const steps = createSteps((line) => network?.send(line));
  network = await holdSockets({
    start,
    file: options.unshare,
    args: [
      ...NAMESPACES,
      "--",
      python,
      "-ISEB",
      program,
      ...[bytecode, bwrap, seccompFile ?? "", pidMax() ?? 0, ...ports, ...limitWords()].map(String),
    ],
    cwd: "/",
    outputDir,
    onAnswer: (message) => steps.onAnswer(message),
    onEnd: () => steps.onEnd(),
  });
  return { ...network, steps };
}
