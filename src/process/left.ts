import { readdir, readFile, readlink, realpath, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { findMarked, killAll, killMarked } from "./marked.ts";
import { startOf } from "./ownership.ts";
import { statOf } from "./proc.ts";
import { askPs } from "./ps.ts";

const ENDING = ".leader";

/** A child that leads a session, and a process group, of its own. */
interface Leader {
  readonly pid: number;
  /** `null`: not known. */
  readonly start: string | null;
}

/** Notes a child that may be left behind by a harness that is killed. Returns what takes the note away. */
export async function noteLeader(folder: string, call: string, pid: number): Promise<() => Promise<void>> {
  const file = path.join(folder, `${call}${ENDING}`);
  // Elsewhere a start time costs a process.
  const start = process.platform === "linux" ? await startOf(pid) : null;
  // Without a note (a full disk) all that is lost is what the next start would find by it.
  await writeFile(file, JSON.stringify({ pid, start } satisfies Leader)).catch(() => {});
  return () => rm(file, { force: true });
}

/**
 * Ends what a killed harness left of a run: the sessions of its children, so also processes with an emptied
 * environment, and all that carry its run id. `folder` is the run's. Does nothing on Windows.
 */
export async function killLeft(run: string, folder: string): Promise<void> {
  if (process.platform === "win32") return;
  // Another start may have been faster, and the folder be gone.
  const root = await realpath(folder).catch(() => folder);
  for (const leader of await readLeaders(root)) {
    // Before those that carry the run id are killed: they may be the evidence.
    if (await isTheirs(leader, run, root)) await killAll(() => membersOf(leader.pid));
  }
  await killMarked(run);
}

/** The folders where a run's processes write their output. */
async function readLeaders(root: string): Promise<Leader[]> {
  const found: Leader[] = [];
  for (const folder of [root, path.join(root, "output")]) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith(ENDING)) continue;
      const leader = await readLeader(path.join(folder, name));
      if (leader !== null) found.push(leader);
    }
  }
  return found;
}

async function readLeader(file: string): Promise<Leader | null> {
  try {
    const { pid, start }: Partial<Leader> = JSON.parse(await readFile(file, "utf8"));
    return typeof pid === "number" && pid > 1 ? { pid, start: start ?? null } : null;
  } catch {
    return null; // Half written, or gone.
  }
}

/**
 * Whether the session that has this number is still the child's, and not another's since the number was free again. No
 * number is given anew while one of its session is alive; so one process that is surely the run's is enough.
 */
async function isTheirs(leader: Leader, run: string, root: string): Promise<boolean> {
  const members = await membersOf(leader.pid);
  if (members.length === 0) return false;
  if (members.includes(leader.pid) && leader.start !== null) return (await startOf(leader.pid)) === leader.start;
  const marked = await findMarked(run);
  for (const pid of members) if (marked.includes(pid) || (await isAtHomeIn(root, pid))) return true;
  return false;
}

/** Whether a process has its working folder or an open file there. Known on Linux only. */
async function isAtHomeIn(root: string, pid: number): Promise<boolean> {
  const open = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const link of ["cwd", ...open.map((fd) => `fd/${fd}`)]) {
    const target = await readlink(`/proc/${pid}/${link}`).catch(() => "");
    if (target === root || target.startsWith(`${root}${path.sep}`)) return true;
  }
  return false;
}

/** The processes of a session on Linux, of a process group elsewhere, ourselves excepted. */
async function membersOf(leader: number): Promise<number[]> {
  if (process.platform !== "linux") {
    const lines = ((await askPs(["ax", "-o", "pgid=,pid="])) ?? "").trim().split("\n");
    return lines
      .map((line) => line.trim().split(/ +/).map(Number))
      .flatMap(([group, pid]) => (group === leader && pid !== undefined ? [pid] : []));
  }
  const found: number[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number)) {
    if (pid !== process.pid && (await statOf(pid))?.session === leader) found.push(pid);
  }
  return found;
}
