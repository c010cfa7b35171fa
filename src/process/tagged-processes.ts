import { lstatSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { processIds } from "./proc.ts";
import { askPs, pidsWith } from "./ps.ts";

/** Every process of a run carries `UV_MRE_RUN=<run id>`, and so does what it starts. */
export const RUN_VARIABLE = "UV_MRE_RUN";
/** Tells the calls of one run apart, so that ending one leaves its neighbours (a server, a parallel install) alone. */
export const CALL_VARIABLE = "UV_MRE_CALL";

const DEADLINE_MS = 5_000;
const POLL_MS = 2;

/** By process id, the inode of its folder in `/proc`: a later process with the same id has another. */
type Strangers = ReadonlyMap<string, number>;

const NO_STRANGERS: Strangers = new Map();
let strangers: Strangers = NO_STRANGERS;

/** Notes what runs before we start anything: none of it can be ours, so `killTagged` need not read its environment. */
export function noteStrangers(): void {
  if (process.platform !== "linux" || strangers !== NO_STRANGERS) return;
  strangers = new Map(processIds().map((pid) => [pid, inodeOf(pid)]));
}

/**
 * Kills every process that carries `variable=tag` in its environment and was started after `noteStrangers`, and
 * returns how many there were once all are gone. Throws if one is still there after five seconds. A process that
 * empties its environment *and* leaves its process group is not found. Does nothing on Windows, where environments
 * cannot be read.
 */
export function killTagged(tag: string, variable: string = RUN_VARIABLE): Promise<number> {
  return killAll(() => find(tag, variable, strangers));
}

/** Kills what is found until nothing is, and returns how many there were. Throws if one is still there after five seconds. */
export async function killAll(find: () => Promise<number[]>): Promise<number> {
  const killed = new Set<number>();
  const deadline = performance.now() + DEADLINE_MS;
  // A process in the middle of an exec has no environment for a moment: only a second empty look counts.
  for (let emptyLooks = 0; emptyLooks < 2;) {
    const found = await find();
    if (found.length === 0) {
      emptyLooks++;
      continue;
    }
    emptyLooks = 0;
    if (performance.now() > deadline) throw new Error(`processes survived SIGKILL: ${found.join(", ")}`);
    for (const pid of found) {
      killed.add(pid);
      killQuietly(pid);
    }
    await delay(POLL_MS);
  }
  return killed.size;
}

/** The ids of the processes that carry the tag, ourselves excepted. */
export async function findTagged(tag: string, variable: string = RUN_VARIABLE): Promise<number[]> {
  return find(tag, variable, NO_STRANGERS);
}

async function find(tag: string, variable: string, except: Strangers): Promise<number[]> {
  if (process.platform === "win32") return [];
  return process.platform === "linux" ? findInProc(`${variable}=${tag}`, except) : findByPs(`${variable}=${tag}`);
}

function findInProc(assignment: string, except: Strangers): number[] {
  const found: number[] = [];
  // NUL ends each variable: run `a1` must not match `a12`.
  const [first, inner] = [Buffer.from(`${assignment}\0`), Buffer.from(`\0${assignment}\0`)];
  for (const pid of processIds()) {
    const stranger = except.get(pid);
    if (Number(pid) === process.pid || (stranger !== undefined && stranger === inodeOf(pid))) continue;
    let environment: Buffer;
    try {
      environment = readFileSync(`/proc/${pid}/environ`);
    } catch {
      continue; // It ended, or is another user's.
    }
    if (environment.includes(inner) || environment.subarray(0, first.length).equals(first)) found.push(Number(pid));
  }
  return found;
}

/** 0: it has ended. */
function inodeOf(pid: string): number {
  return lstatSync(`/proc/${pid}`, { throwIfNoEntry: false })?.ino ?? 0;
}

async function findByPs(assignment: string): Promise<number[]> {
  return pidsWith(assignment, (await askPs(["axeww", "-o", "pid=,command="])) ?? "");
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
