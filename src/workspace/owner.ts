import { mkdtemp, readdir, readFile, realpath, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Ownership } from "../observation/process.ts";
import { removeTree } from "./remove-tree.ts";

/** Folders of runs are `uv-mre-XXXXXX` under the system's temporary folder. */
const PREFIX = "uv-mre-";
const OWNER_FILE = "owner.json";
/** A folder without an owner file this old was left between two system calls by a harness that was killed. */
const OWNERLESS_MS = 3_600_000;

interface OwnerFile {
  /** `Ownership.token` of the process that made the folder. */
  readonly owner: string;
  readonly run: string;
  /** The person asked for it to stay. */
  readonly kept: boolean;
}

/** Makes a run's folder and says in it whose it is. Returns its real path. */
export async function createOwnedFolder(baseDir: string, owner: Ownership, run: string): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(baseDir, PREFIX)));
  await writeOwner(folder, { owner: owner.token, run, kept: false });
  return folder;
}

/** From now on no later start removes the folder. */
export async function markKept(folder: string, owner: Ownership, run: string): Promise<void> {
  await writeOwner(folder, { owner: owner.token, run, kept: true });
}

export interface SweepOptions {
  readonly baseDir: string;
  readonly owner: Ownership;
  /** Kills every process that carries this run id. */
  kill(run: string): Promise<unknown>;
  /** Milliseconds since the epoch; for tests. */
  readonly now?: () => number;
}

/**
 * Removes what harnesses that were killed left behind: first their processes, then their folders. A folder whose owner
 * lives, is on another host, or asked to keep it is never touched. Returns the folders removed.
 */
export async function sweepAbandoned(options: SweepOptions): Promise<string[]> {
  const names = await readdir(options.baseDir).catch(() => []);
  const folders = names.filter((name) => name.startsWith(PREFIX)).map((name) => path.join(options.baseDir, name));
  const removed = await Promise.all(folders.map((folder) => sweepOne(folder, options)));
  return folders.filter((_, index) => removed[index]);
}

async function sweepOne(folder: string, options: SweepOptions): Promise<boolean> {
  const file = await readOwner(folder);
  if (file === null) {
    const there = await stat(folder).catch(() => null);
    if (there?.isDirectory() !== true || (options.now ?? Date.now)() - there.mtimeMs < OWNERLESS_MS) return false;
  } else {
    if (file.kept || (await options.owner.isAlive(file.owner)) !== false) return false;
    await options.kill(file.run);
  }
  // Two harnesses may start at once: the other may have been faster, and that is fine.
  await removeTree(folder);
  return true;
}

/** Appears whole or not at all, so that nobody reads half of it. */
async function writeOwner(folder: string, content: OwnerFile): Promise<void> {
  const draft = path.join(folder, `.${OWNER_FILE}`);
  await writeFile(draft, JSON.stringify(content));
  await rename(draft, path.join(folder, OWNER_FILE));
}

async function readOwner(folder: string): Promise<OwnerFile | null> {
  try {
    const content: Partial<OwnerFile> = JSON.parse(await readFile(path.join(folder, OWNER_FILE), "utf8"));
    const { owner, run, kept } = content;
    if (typeof owner !== "string" || typeof run !== "string") return null;
    return { owner, run, kept: kept === true };
  } catch {
    return null;
  }
}
