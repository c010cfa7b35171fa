import { type BigIntStats } from "node:fs";
import { lstat, readdir, realpath, rename, rm, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { readRegular } from "../disk/regular-file.ts";
import type { ProcessIdentity } from "../observation/process.ts";
import { removeTree } from "../disk/remove-tree.ts";

/** Folders of runs are `uv-mre-XXXXXX` under the system's temporary folder, where other accounts make theirs. */
const PREFIX = "uv-mre-";
const OWNER_FILE = "owner.json";
const DRAFT_FILE = ".owner.json";
/** What `mkdtemp` makes of it, and not, say, a checkout of this project. */
const NAME = /^uv-mre-[A-Za-z0-9]{6}$/;
/** An empty folder this old was left between two system calls by a harness that was killed. */
const EMPTY_MS = 3_600_000;
const LARGEST_OWNER_FILE = 4_000;

interface OwnerFile {
  /** `ProcessIdentity.token` of the process that made the folder. */
  readonly owner: string;
  readonly run: string;
  /** The user asked for it to stay. */
  readonly kept: boolean;
  /** Of all that, for this very folder: a harness of this user with this cache made it. */
  readonly seal: string;
}

type Statement = Omit<OwnerFile, "seal">;

/** Makes a run's folder and says in it whose it is. Returns its real path. */
export async function createRunFolder(baseDir: string, owner: ProcessIdentity, run: string): Promise<string> {
  // Where the system's temporary folder is not there, it throws as it is loaded.
  const { dir: temporaryDirectory } = await import("tmp-promise");
  // It is removed with the run, by us: after a SIGKILL no hook of a library would.
  const made = await temporaryDirectory({ tmpdir: baseDir, template: `${PREFIX}XXXXXX`, mode: 0o700, keep: true });
  const folder = await realpath(made.path);
  try {
    await writeOwner(folder, owner, { owner: owner.token, run, kept: false });
  } catch (error) {
    // Nobody could tell later whose it is.
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

/** From now on no later start removes the folder. */
export async function markKept(folder: string, owner: ProcessIdentity, run: string): Promise<void> {
  await writeOwner(folder, owner, { owner: owner.token, run, kept: true });
}

export interface SweepOptions {
  readonly baseDir: string;
  readonly owner: ProcessIdentity;
  /** Kills every process of the run with this id, whose folders those are. */
  kill(run: string, folders: readonly string[]): Promise<unknown>;
  /** Milliseconds since the epoch; for tests. */
  readonly now?: () => number;
}

/**
 * Removes what harnesses that were killed left behind: first their processes, then their folders. Only a folder of our
 * own user that no other can write to, with our seal, of a harness that is known to be gone: one that lives, or ran in
 * another boot or pid namespace, or asked to keep it, is never touched. Returns the folders removed.
 */
export async function sweepAbandoned(options: SweepOptions): Promise<string[]> {
  const names = await readdir(options.baseDir).catch(() => []);
  const folders = names.filter((name) => NAME.test(name)).map((name) => path.join(options.baseDir, name));
  const removed = new Set<string>();
  const look = async (folder: string): Promise<{ folder: string; run: string }[]> => {
    const there = await lstat(folder, { bigint: true }).catch(() => null);
    if (there === null || !isOursAlone(there)) return [];
    const file = await readOwner(folder);
    if (file === null) {
      if (await removeEmpty(folder, Number(there.mtimeMs), (options.now ?? Date.now)())) removed.add(folder);
      return [];
    }
    if (file.seal !== options.owner.seal(statementOf(there, file))) return [];
    return file.kept || (await options.owner.isAlive(file.owner)) !== false ? [] : [{ folder, run: file.run }];
  };
  const abandoned = (await Promise.all(folders.map(look))).flat();
  // A run's folders go together: by what one of them tells, processes are found that tell whose another's are.
  const sweepRun = async (run: string, its: readonly string[]): Promise<void> => {
    await options.kill(run, its);
    await Promise.all(
      its.map(async (folder) => {
        // Two harnesses may start at once: the other may have been faster, and that is fine.
        await removeTree(folder);
        removed.add(folder);
      }),
    );
  };
  const runs = Map.groupBy(abandoned, ({ run }) => run);
  // Where a process or a file resists, the next start tries again, and this one does its work.
  await Promise.allSettled(
    [...runs].map(([run, its]) =>
      sweepRun(
        run,
        its.map(({ folder }) => folder),
      ),
    ),
  );
  return folders.filter((folder) => removed.has(folder));
}

/** Windows has neither, but a temporary folder for each user. */
function isOursAlone(there: BigIntStats): boolean {
  if (!there.isDirectory()) return false;
  return process.geteuid === undefined || (there.uid === BigInt(process.geteuid()) && (there.mode & 0o022n) === 0n);
}

/** A folder that says nothing of an owner cannot be proved ours: it goes only if nothing is in it. */
async function removeEmpty(folder: string, changed: number, now: number): Promise<boolean> {
  if (now - changed < EMPTY_MS) return false;
  await rm(path.join(folder, DRAFT_FILE), { force: true }).catch(() => undefined);
  return rmdir(folder).then(
    () => true,
    () => false,
  );
}

/** Appears whole or not at all, so that no reader sees half of it. */
async function writeOwner(folder: string, owner: ProcessIdentity, content: Statement): Promise<void> {
  const seal = owner.seal(statementOf(await lstat(folder, { bigint: true }), content));
  const draft = path.join(folder, DRAFT_FILE);
  await rm(draft, { force: true });
  await writeFile(draft, JSON.stringify({ ...content, seal } satisfies OwnerFile), { flag: "wx", mode: 0o600 });
  await rename(draft, path.join(folder, OWNER_FILE));
}

/** Of a copy in another folder the seal is wrong. */
function statementOf({ dev, ino }: BigIntStats, { owner, run, kept }: Statement): string {
  return JSON.stringify(["folder", String(dev), String(ino), owner, run, kept]);
}

async function readOwner(folder: string): Promise<OwnerFile | null> {
  try {
    const content: Partial<OwnerFile> = JSON.parse(String(await readRegular(path.join(folder, OWNER_FILE), LARGEST_OWNER_FILE)));
    const { owner, run, kept, seal } = content;
    if (typeof owner !== "string" || typeof run !== "string" || typeof seal !== "string") return null;
    return { owner, run, kept: kept === true, seal };
  } catch {
    return null;
  }
}
