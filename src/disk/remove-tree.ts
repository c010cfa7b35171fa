import { randomBytes } from "node:crypto";
import { chmod, readdir, rename, rmdir, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { type Folder, openFolder, openUp } from "./folder.ts";

/** Below this a folder is moved up first: a step may have made a tree of any depth, longer than any path may be. */
const DEEPEST = 24;
const AT_ONCE = 32;
const TRIES = 5;

/**
 * Removes a file, or a folder with all that is in it, whatever its mode, names or depth; does nothing if it is not there.
 * Each entry is removed by its open folder, so no link is followed, not even one that appears meanwhile.
 */
export async function removeTree(place: string): Promise<void> {
  // The folder that holds it is not the step's: it may be reached by a link (`/tmp` on macOS).
  const parent = await openFolder(`${path.dirname(place)}/.`).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    throw error;
  });
  if (parent === null) return;
  await using holder = parent;
  const name = Buffer.from(path.basename(place)).toString("latin1");
  if (await unlinked(holder, name)) return;
  const opened = await openAnyway(holder, name);
  if (opened === null) return;
  await using folder = opened;
  for (let left = TRIES; left > 0; left--) {
    await emptyAll(folder);
    try {
      return await unlessGone(rmdir(at(holder, name)));
    } catch (error) {
      // Something was put into it meanwhile.
      if (codeOf(error) !== "ENOTEMPTY" || left === 1) throw error;
    }
  }
}

async function emptyAll(top: Folder): Promise<void> {
  const moved: string[] = [];
  await empty(top, 0, top, moved);
  for (let next = moved.pop(); next !== undefined; next = moved.pop()) await removeFolder(top, next, 1, top, moved);
}

async function empty(folder: Folder, depth: number, top: Folder, moved: string[]): Promise<void> {
  if (((await stat(folder.path)).mode & 0o700) !== 0o700) await chmod(folder.path, 0o700);
  // Names are bytes, and need not be UTF-8.
  const entries = await readdir(folder.path, { withFileTypes: true, encoding: "latin1" });
  const files = entries.filter((entry) => !entry.isDirectory());
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const some = files.slice(start, start + AT_ONCE);
    await Promise.all(some.map(({ name }) => unlinked(folder, name)));
  }
  for (const entry of entries) if (entry.isDirectory()) await removeFolder(folder, entry.name, depth + 1, top, moved);
}

async function removeFolder(parent: Folder, name: string, depth: number, top: Folder, moved: string[]): Promise<void> {
  if (depth >= DEEPEST) {
    moved.push(await moveUp(parent, name, top));
    return;
  }
  const opened = await openAnyway(parent, name);
  if (opened === null) return;
  await using folder = opened;
  await empty(folder, depth, top, moved);
  await unlessGone(rmdir(at(parent, name)));
}

/** Whether there is no such entry any more; `false` for a folder. */
async function unlinked(parent: Folder, name: string): Promise<boolean> {
  try {
    await unlink(at(parent, name));
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return true;
    // What Linux and macOS say of a folder.
    if (codeOf(error) === "EISDIR" || codeOf(error) === "EPERM") return false;
    throw error;
  }
}

/** `null` where it is no folder any more. */
async function openAnyway(parent: Folder, name: string): Promise<Folder | null> {
  const place = at(parent, name);
  try {
    return await openFolder(place);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    if (codeOf(error) === "ELOOP" || codeOf(error) === "ENOTDIR") return (await unlinked(parent, name)) ? null : openFolder(place);
    if (codeOf(error) !== "EACCES") throw error;
    await openUp(place);
    return openFolder(place);
  }
}

async function moveUp(parent: Folder, name: string, top: Folder): Promise<string> {
  const moved = `.moved-${randomBytes(8).toString("hex")}`;
  const move = (): Promise<void> => rename(at(parent, name), at(top, moved));
  await unlessGone(
    move().catch(async (error: unknown) => {
      if (codeOf(error) !== "EACCES") throw error;
      await openUp(at(parent, name));
      await move();
    }),
  );
  return moved;
}

function at(folder: Folder, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from(name, "latin1")]);
}

async function unlessGone(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
