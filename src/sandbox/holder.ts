import type { StartChannel } from "../observation/process.ts";
import { pidMax } from "./limits.ts";
import { type HeldNetwork, holdSockets } from "./sockets.ts";

export interface HolderOptions {
  readonly start: StartChannel;
  /** Absolute path. */
  readonly unshare: string;
  /** Absolute path of a Python. */
  readonly python: string;
  /** Absolute path of `programs/sandbox/holder.py`. */
  readonly program: string;
  /** Where something listens, whatever the address. */
  readonly ports: readonly number[];
  /** An existing folder for its output. */
  readonly outputDir: string;
}

/** unshare's options; `--kill-child` by the signal that nothing in there can refuse. */
export const NAMESPACES = ["--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"] as const;

/** nsenter's options for what a process holds. */
export function enterArguments(pid: number): string[] {
  return ["-t", String(pid), "-U", "-n", "-m", `--pid=/proc/${pid}/ns/pid_for_children`, "--preserve-credentials", "--"];
}

/** Opens a network. Rejects, with what was said, where this machine does not let us. */
export async function holdNetwork(options: HolderOptions): Promise<HeldNetwork> {
  const ports = [...new Set(options.ports)].sort((a, b) => a - b);
  return holdSockets({
    start: options.start,
    file: options.unshare,
    args: [...NAMESPACES, "--", options.python, "-ISEB", options.program, String(pidMax() ?? 0), ...ports.map(String)],
    cwd: "/",
    outputDir: options.outputDir,
  });
}
