import { readdir, readlink, realpath, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { readRegular } from "../disk/regular-file.ts";
import type { ProcessIdentity } from "../observation/process.ts";
import { findTagged, killAll } from "./tagged-processes.ts";
import { startOf } from "./process-identity.ts";
import { membersOf } from "./members.ts";

const ENDING = ".leader";
const LARGEST_NOTE = 1_000;

/** A child that leads a session, and a process group, of its own. */
interface Leader {
  readonly pid: number;
  /** `null`: not known. */
  readonly start: string | null;
}

interface Note extends Leader {
  /** A step may write a note, too: without our seal it means nothing. */
  readonly seal: string;
}

type Seal = ProcessIdentity["seal"];

/** Notes a child that may be left behind by a harness that is killed. Returns what takes the note away. */
export async function noteLeader(
  folder: string,
  { call, run, pid, seal }: { readonly call: string; readonly run: string; readonly pid: number; readonly seal: Seal },
): Promise<() => Promise<void>> {
  const file = path.join(folder, `${call}${ENDING}`);
  // Elsewhere a start time costs a process.
  const start = process.platform === "linux" ? await startOf(pid) : null;
  const note: Note = { pid, start, seal: seal(statementOf({ pid, start }, run)) };
  // Without a note (a full disk) all that is lost is what the next start would find by it.
  await writeFile(file, JSON.stringify(note), { flag: "wx", mode: 0o600 }).catch(() => {});
  return () => rm(file, { force: true });
}

function statementOf({ pid, start }: Leader, run: string): string {
  return JSON.stringify(["leader", run, pid, start]);
}

/**
 * Ends what a killed harness left of a run: the sessions of its children, so also processes with an emptied
 * environment, and all that carry its run id. `folders` are all of the run's. Does nothing on Windows.
 */
export async function killLeftovers(run: string, folders: readonly string[], seal: Seal): Promise<void> {
  if (process.platform === "win32") return;
  for (const folder of folders) {
    // Another start may have been faster, and the folder be gone.
    const root = await realpath(folder).catch(() => folder);
    for (const leader of await readLeaders(root, run, seal)) {
      // Before those that carry the run id are killed: they may be the evidence.
      if (await isTheirs(leader, run, root)) await killAll(() => membersOf(leader.pid, "session"));
    }
  }
  await killAll(() => findTagged(run));
}

/** From the folders where a run's processes write their output. */
async function readLeaders(root: string, run: string, seal: Seal): Promise<Leader[]> {
  const found: Leader[] = [];
  for (const folder of [root, path.join(root, "output")]) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith(ENDING)) continue;
      const note = await readNote(path.join(folder, name));
      if (note !== null && note.seal === seal(statementOf(note, run))) found.push(note);
    }
  }
  return found;
}

async function readNote(file: string): Promise<Note | null> {
  try {
    const { pid, start, seal }: Partial<Note> = JSON.parse(String(await readRegular(file, LARGEST_NOTE)));
    return typeof pid === "number" && pid > 1 && typeof seal === "string" ? { pid, start: start ?? null, seal } : null;
  } catch {
    return null; // Half written, gone, or no file.
  }
}

/**
 * Whether the session that has this number is still the child's, and not another's since the number was free again. No
 * number is given anew while one of its session is alive; so one process that is surely the run's is enough.
 */
async function isTheirs(leader: Leader, run: string, root: string): Promise<boolean> {
  const members = await membersOf(leader.pid, "session");
  if (members.length === 0) return false;
  const start = members.includes(leader.pid) && leader.start !== null ? await startOf(leader.pid) : null;
  // It may have ended meanwhile.
  if (start !== null) return start === leader.start;
  const tagged = await findTagged(run);
  for (const pid of members) if (tagged.includes(pid) || (await isAtHomeIn(root, pid))) return true;
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
