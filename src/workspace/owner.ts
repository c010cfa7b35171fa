import { readdir, readFile, realpath, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Ownership } from "../observation/process.ts";
import { removeTree } from "./remove-tree.ts";

/** Folders of runs are `uv-mre-XXXXXX` under the system's temporary folder. */
const PREFIX = "uv-mre-";
const OWNER_FILE = "owner.json";
const DRAFT_FILE = ".owner.json";
/** What `mkdtemp` makes of it, and not, say, a checkout of this project. */
const NAME = /^uv-mre-[A-Za-z0-9]{6}$/;
/** An empty folder this old was left between two system calls by a harness that was killed. */
const EMPTY_MS = 3_600_000;

interface OwnerFile {
  /** `Ownership.token` of the process that made the folder. */
  readonly owner: string;
  readonly run: string;
  /** The person asked for it to stay. */
  readonly kept: boolean;
}

/** Makes a run's folder and says in it whose it is. Returns its real path. */
export async function createOwnedFolder(baseDir: string, owner: Ownership, run: string): Promise<string> {
  // Where the system's temporary folder is not there, it throws as it is loaded.
  const { dir: temporaryDirectory } = await import("tmp-promise");
  // It is removed with the run, by us: after a SIGKILL no hook of a library would.
  const made = await temporaryDirectory({ tmpdir: baseDir, template: `${PREFIX}XXXXXX`, mode: 0o700, keep: true });
  const folder = await realpath(made.path);
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
  /** Kills every process of the run with this id, whose folder that is. */
  kill(run: string, folder: string): Promise<unknown>;
  /** Milliseconds since the epoch; for tests. */
  readonly now?: () => number;
}

/**
 * Removes what harnesses that were killed left behind: first their processes, then their folders. A folder whose owner
 * lives, is on another host, or asked to keep it is never touched. Returns the folders removed.
 */
export async function sweepAbandoned(options: SweepOptions): Promise<string[]> {
  const names = await readdir(options.baseDir).catch(() => []);
  const folders = names.filter((name) => NAME.test(name)).map((name) => path.join(options.baseDir, name));
  const removed = await Promise.all(folders.map((folder) => sweepOne(folder, options)));
  return folders.filter((_, index) => removed[index]);
}

async function sweepOne(folder: string, options: SweepOptions): Promise<boolean> {
  const file = await readOwner(folder);
  if (file === null) return removeEmpty(folder, (options.now ?? Date.now)());
  if (file.kept || (await options.owner.isAlive(file.owner)) !== false) return false;
  await options.kill(file.run, folder);
  // Two harnesses may start at once: the other may have been faster, and that is fine.
  await removeTree(folder);
  return true;
}

/** A folder that says nothing of an owner may be anybody's: it goes only if nothing is in it. */
async function removeEmpty(folder: string, now: number): Promise<boolean> {
  const there = await stat(folder).catch(() => null);
  if (there === null || now - there.mtimeMs < EMPTY_MS) return false;
  await rm(path.join(folder, DRAFT_FILE), { force: true }).catch(() => undefined);
  return rmdir(folder).then(
    () => true,
    () => false,
  );
}

/** Appears whole or not at all, so that nobody reads half of it. */
async function writeOwner(folder: string, content: OwnerFile): Promise<void> {
  const draft = path.join(folder, DRAFT_FILE);
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
