import type { ProcessIdentity, ProcessEnd } from "../observation/process.ts";
import { insteadOfInherited, occupyBelow } from "./inherited-descriptors.ts";
import { noteLeader } from "./leftovers.ts";
import { membersOf } from "./members.ts";
import { CALL_VARIABLE, killAll, killTagged, noteStrangers, RUN_VARIABLE } from "./tagged-processes.ts";

export interface LaunchOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Run id and call id, put into the environment. */
  readonly run: string;
  readonly call: string;
  /** Where a note says which session is the child's, as long as it runs; `null` for a terminal's, which is ours. */
  readonly outputDir: string | null;
  /** As in `ProcessRequest`. */
  readonly isContained?: boolean;
  /** `null`: nobody could prove the note to be ours, so none is made. */
  readonly seal: ProcessIdentity["seal"] | null;
  /** File descriptors; `terminal` hands ours over and stays in our process group. */
  readonly stdio: { readonly stdin: number | "ignore"; readonly stdout: number; readonly stderr: number } | "terminal";
  /** What the child gets as its descriptors from 3 on. */
  readonly descriptors?: readonly number[];
}

export interface Launched {
  readonly pid: number;
  /** Resolves when the direct child has ended; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** SIGKILL to the child's process group (`taskkill` of its tree on Windows). */
  kill(): void;
  /** Ends whatever the child started and left behind; resolves when all of it is gone. `end` is how it ended. */
  killSurvivors(end: ProcessEnd): Promise<void>;
}

/** Starts a child; the one place where that happens. Returns why not, if it cannot be started. */
export async function launch(options: LaunchOptions): Promise<Launched | { readonly spawnError: string }> {
  noteStrangers();
  const { execa } = await loadExeca();
  const terminal = options.stdio === "terminal";
  const { stdio } = stdioOf(options.stdio, options.descriptors ?? []);
  using _occupied = occupyBelow(stdio.length);
  const child = execa(options.file, options.args, {
    cwd: options.cwd,
    env: { ...options.env, [RUN_VARIABLE]: options.run, [CALL_VARIABLE]: options.call },
    extendEnv: false,
    reject: false,
    buffer: false,
    // A shell needs the terminal's foreground process group, which is ours.
    killDescendants: !terminal,
    killSignal: "SIGKILL",
    windowsHide: !terminal,
    stdio,
  });
  const { pid } = child;
  if (pid === undefined) {
    const failed = await child;
    return { spawnError: failed.originalMessage ?? failed.shortMessage ?? "unknown reason" };
  }
  const { outputDir, seal, run, call, isContained = false } = options;
  const forget = outputDir === null || seal === null || isContained ? null : await noteLeader(outputDir, { run, call, pid, seal });
  return {
    pid,
    ended: child.then((result) => ({ exit: result.exitCode ?? null, signal: result.signal ?? null })),
    kill: () => void child.kill("SIGKILL"),
    killSurvivors: async ({ exit }) => {
      if (!terminal) await killGroup(pid);
      // One that was killed may have been so before it was contained.
      if (!isContained || exit === null) await killTagged(options.call, CALL_VARIABLE);
      await forget?.();
    },
  };
}

/** As execa takes it. Any descriptor works; execa's types list 0 to 9 only. */
type Stdio = readonly [3 | "ignore" | "inherit", 3 | "inherit", 3 | "inherit", ...3[]];

function stdioOf(stdio: LaunchOptions["stdio"], more: readonly number[]): { stdio: Stdio } {
  const first = stdio === "terminal" ? ["inherit", "inherit", "inherit"] : [stdio.stdin, stdio.stdout, stdio.stderr];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { stdio: [...first, ...more, ...insteadOfInherited(first.length + more.length)] as unknown as Stdio };
}

/** Loads what `launch` needs (about 120 ms), so that a caller can overlap it with other work. */
export async function loadExeca(): Promise<typeof import("execa")> {
  return import("execa");
}

/** Resolves when all of it is gone: what was killed keeps its ports and files until it has ended. */
async function killGroup(leader: number): Promise<void> {
  if (process.platform === "win32") return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    return; // No member is left.
  }
  await killAll(() => membersOf(leader, "group"));
}
