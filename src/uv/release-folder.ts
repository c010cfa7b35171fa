import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ProcessIdentity } from "../observation/process.ts";
import { compare, isVersion } from "../scenario/version.ts";
import { isWhole, type KeptRelease, MANIFEST, readRelease } from "./release-manifest.ts";
import { isAbandoned } from "../disk/staging.ts";

/**
 * `CACHE/releases/0.9.5/`: what `--target` wrote (`bin/uv`), `release.json` (what was verified; its modification
 * time is the last use) and `in-use~OWNER-…` for each store that relies on it. It is moved here whole.
 */
export interface InstalledRelease extends KeptRelease {
  /** Milliseconds since the epoch. */
  readonly lastUsedAt: number;
  /** Whether a live process relies on it. */
  readonly inUse: boolean;
}

const LEASE = "in-use~";

export function releasesFolder(cacheDir: string): string {
  return path.join(cacheDir, "releases");
}

/** All that are installed, oldest release first. */
export async function listInstalled(cacheDir: string, identity: ProcessIdentity): Promise<InstalledRelease[]> {
  const parent = releasesFolder(cacheDir);
  const names = (await readdir(parent).catch(() => [])).filter(isVersion).sort(compare);
  const found = await Promise.all(
    names.map(async (name) => {
      const folder = path.join(parent, name);
      const release = await readRelease(folder);
      const manifest = await stat(path.join(folder, MANIFEST)).catch(() => null);
      if (release === null || manifest === null) return null;
      return { ...release, lastUsedAt: manifest.mtimeMs, inUse: await isInUse(folder, identity) };
    }),
  );
  return found.filter((release) => release !== null);
}

/** Marks a release as relied upon until the returned file is removed, and as used now; `null` if it was removed meanwhile. */
export async function addLease(folder: string, identity: ProcessIdentity): Promise<string | null> {
  // Two stores in one process each have their own.
  const lease = path.join(folder, `${LEASE}${identity.token}-${randomBytes(4).toString("hex")}`);
  const now = new Date();
  try {
    await writeFile(lease, "");
    // Only now: `claimUnused` takes the manifest away before it looks for leases, so one of the two notices the other.
    await utimes(path.join(folder, MANIFEST), now, now);
    return lease;
  } catch (error) {
    if (!isMissing(error)) throw error;
    await rm(lease, { force: true });
    return null;
  }
}

/** Takes a release's manifest away, so that nobody begins to use it: true where it may now be removed. */
export async function claimUnused(folder: string, identity: ProcessIdentity): Promise<boolean> {
  const manifest = path.join(folder, MANIFEST);
  const claimed = path.join(folder, `${MANIFEST}~claimed`);
  try {
    await rename(manifest, claimed);
    if (!(await isInUse(folder, identity))) return true;
    await rename(claimed, manifest);
  } catch (error) {
    // Somebody else was faster.
    if (!isMissing(error)) throw error;
  }
  return false;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Whether a living process relies on a release. */
export async function isInUse(folder: string, identity: ProcessIdentity): Promise<boolean> {
  // It may be removed while we look.
  const leases = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(LEASE));
  let inUse = false;
  for (const name of leases) {
    const lease = path.join(folder, name);
    if (await isAbandoned(name.slice(LEASE.length, name.lastIndexOf("-")), lease, identity)) await rm(lease, { force: true });
    else inUse = true;
  }
  return inUse;
}

/**
 * Moves a finished folder into place. If another process was faster, its release stays; what is there but damaged is
 * replaced, and who relied on it relies on the new one. `spare` is a path to move that to.
 */
export async function moveIntoPlace(folder: string, place: string, spare: string): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  try {
    await rename(folder, place);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && typeof error.code === "string")) throw error;
    if (!["ENOTEMPTY", "EEXIST", "EPERM", "EACCES"].includes(error.code)) throw error;
    const present = await readRelease(place);
    if (present !== null && (await isWhole(present))) return;
    for (const name of await readdir(place)) if (name.startsWith(LEASE)) await writeFile(path.join(folder, name), "");
    await rename(place, spare);
    await rename(folder, place);
  }
}
