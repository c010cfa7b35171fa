import { mkdir, mkdtemp, readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { ProcessIdentity } from "../observation/process.ts";
import { removeTree } from "./remove-tree.ts";

/** A folder in the cache for work that is moved into place when it is whole, or thrown away. */
export interface Staging extends AsyncDisposable {
  readonly path: string;
}

/** Whose cache it is. */
export interface CacheOwner {
  readonly cacheDir: string;
  readonly identity: ProcessIdentity;
}

/** After this an owner on another host, or in another boot or pid namespace, counts as gone. */
const FOREIGN_LIFETIME_MS = 24 * 3_600_000;

/** The owner is part of the name, so there is no moment without one. */
export async function openStaging({ cacheDir, identity }: CacheOwner): Promise<Staging> {
  const parent = stagingFolder(cacheDir);
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, `${identity.token}-`));
  return { path: folder, [Symbol.asyncDispose]: () => removeTree(folder) };
}

/** Removes what owners that are gone have left, for example an install that was cut off. */
export async function sweepStaging({ cacheDir, identity }: CacheOwner): Promise<void> {
  const parent = stagingFolder(cacheDir);
  for (const name of await readdir(parent).catch(() => [])) {
    const folder = path.join(parent, name);
    if (!(await isAbandoned(name.slice(0, name.lastIndexOf("-")), folder, identity))) continue;
    // A tool that outlived its owner may still be writing: the next start removes the rest.
    await removeTree(folder).catch(() => {});
  }
}

/** Whether the owner named by a token, of a file or folder at `place`, is gone. */
export async function isAbandoned(token: string, place: string, identity: ProcessIdentity): Promise<boolean> {
  const alive = await identity.isAlive(token);
  if (alive !== null) return !alive;
  const entry = await stat(place).catch(() => null);
  return entry !== null && Date.now() - entry.mtimeMs > FOREIGN_LIFETIME_MS;
}

function stagingFolder(cacheDir: string): string {
  return path.join(cacheDir, "staging");
}
