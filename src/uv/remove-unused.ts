import { readdir, rename } from "node:fs/promises";
import path from "node:path";
import { isVersion } from "../scenario/version.ts";
import type { UvContext } from "./context.ts";
import { claimUnused, isInUse, listInstalled, releasesFolder, type InstalledRelease } from "./release-folder.ts";
import { readRelease } from "./release-manifest.ts";
import { openStaging, sweepStaging } from "../disk/staging.ts";

export interface Removal {
  readonly removed: readonly InstalledRelease[];
  /** What is left of releases. */
  readonly bytes: number;
}

/** Removes the releases not used for longest until the rest is at most `maxBytes`, none that a living process relies on. */
export async function removeUnused(context: UvContext, maxBytes: number): Promise<Removal> {
  const parent = releasesFolder(context.cacheDir);
  await sweepStaging(context);
  await removeBroken(context);
  const installed = await listInstalled(context.cacheDir, context.identity);
  let bytes = installed.reduce((sum, release) => sum + release.bytes, 0);
  const removed: InstalledRelease[] = [];
  for (const release of installed.toSorted((a, b) => a.lastUsedAt - b.lastUsedAt)) {
    if (bytes <= maxBytes) break;
    const folder = path.join(parent, release.version);
    if (release.inUse || !(await claimUnused(folder, context.identity))) continue;
    await removeFolder(context, folder);
    bytes -= release.bytes;
    removed.push(release);
  }
  return { removed, bytes };
}

/** What is not whole takes room, and nobody can use it. */
async function removeBroken(context: UvContext): Promise<void> {
  const parent = releasesFolder(context.cacheDir);
  for (const name of (await readdir(parent).catch(() => [])).filter(isVersion)) {
    const folder = path.join(parent, name);
    if ((await readRelease(folder)) === null && !(await isInUse(folder, context.identity))) await removeFolder(context, folder);
  }
}

async function removeFolder(context: UvContext, folder: string): Promise<void> {
  // Moved away first: nobody ever sees half a release.
  await using staging = await openStaging(context);
  await rename(folder, path.join(staging.path, "release")).catch((error: NodeJS.ErrnoException) => {
    // Another process was faster.
    if (error.code !== "ENOENT") throw error;
  });
}
