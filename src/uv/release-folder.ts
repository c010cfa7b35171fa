import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Ownership } from "../observation/process.ts";
import { compare, isVersion } from "../scenario/version.ts";
import type { Release } from "./binary.ts";
import { isAbandoned } from "./staging.ts";

/**
 * `CACHE/releases/0.9.5/`: what `--target` wrote (`bin/uv`), `release.json` (what was verified; its modification
 * time is the last use) and `in-use~OWNER-…` for each store that relies on it. It is moved here whole.
 */
export interface InstalledRelease extends Release {
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly lastUsedAt: number;
  /** Whether a live process relies on it. */
  readonly inUse: boolean;
}

interface Manifest {
  readonly version: string;
  /** Relative to the folder. */
  readonly binary: string;
  /** Of the binary, to notice one that was cut short. */
  readonly size: number;
  readonly sha256: string;
  /** Of the whole folder. */
  readonly bytes: number;
}

const MANIFEST = "release.json";
const LEASE = "in-use~";

export function releasesFolder(cacheDir: string): string {
  return path.join(cacheDir, "releases");
}

/** The uv in a `--target` folder; `Scripts` is where it may be on Windows. `null` if there is none. */
export async function findBinary(folder: string): Promise<string | null> {
  const name = process.platform === "win32" ? "uv.exe" : "uv";
  for (const binary of [path.join("bin", name), path.join("Scripts", name)]) {
    if (await stat(path.join(folder, binary)).catch(() => null)) return binary;
  }
  return null;
}

export async function writeManifest(folder: string, fields: Omit<Manifest, "bytes" | "size">): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => stat(path.join(entry.parentPath, entry.name))));
  const { size } = await stat(path.join(folder, fields.binary));
  const manifest: Manifest = { ...fields, size, bytes: sizes.reduce((sum, entry) => sum + entry.size, 0) };
  await writeFile(path.join(folder, MANIFEST), JSON.stringify(manifest));
}

/** What is installed in a folder; `null` where nothing is, or not whole. */
export async function readRelease(folder: string): Promise<(Release & { readonly bytes: number }) | null> {
  try {
    const manifest: Manifest = JSON.parse(await readFile(path.join(folder, MANIFEST), "utf8"));
    const file = path.join(folder, manifest.binary);
    if ((await stat(file)).size !== manifest.size) return null;
    return { version: manifest.version, file, sha256: manifest.sha256, spec: "release", bytes: manifest.bytes };
  } catch {
    return null;
  }
}

/** All that are installed, oldest release first. */
export async function listInstalled(cacheDir: string, ownership: Ownership): Promise<InstalledRelease[]> {
  const parent = releasesFolder(cacheDir);
  const names = (await readdir(parent).catch(() => [])).filter(isVersion).sort(compare);
  const found = await Promise.all(
    names.map(async (name) => {
      const folder = path.join(parent, name);
      const release = await readRelease(folder);
      const manifest = await stat(path.join(folder, MANIFEST)).catch(() => null);
      if (release === null || manifest === null) return null;
      return { ...release, lastUsedAt: manifest.mtimeMs, inUse: await isInUse(folder, ownership) };
    }),
  );
  return found.filter((release) => release !== null);
}

/** Marks a release as relied upon until the returned file is removed, and as used now; `null` if it was removed meanwhile. */
export async function addLease(folder: string, ownership: Ownership): Promise<string | null> {
  // Two stores in one process each have their own.
  const lease = path.join(folder, `${LEASE}${ownership.token}-${randomBytes(4).toString("hex")}`);
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
export async function claimUnused(folder: string, ownership: Ownership): Promise<boolean> {
  const manifest = path.join(folder, MANIFEST);
  const claimed = path.join(folder, `${MANIFEST}~claimed`);
  try {
    await rename(manifest, claimed);
    if (!(await isInUse(folder, ownership))) return true;
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

async function isInUse(folder: string, ownership: Ownership): Promise<boolean> {
  // It may be removed while we look.
  const leases = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(LEASE));
  let inUse = false;
  for (const name of leases) {
    const lease = path.join(folder, name);
    if (await isAbandoned(name.slice(LEASE.length, name.lastIndexOf("-")), lease, ownership)) await rm(lease, { force: true });
    else inUse = true;
  }
  return inUse;
}

/**
 * Moves a finished folder into place. If another process was faster, its release stays; what is there but not
 * whole is replaced. `spare` is a path to move that to.
 */
export async function moveIntoPlace(folder: string, place: string, spare: string): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  try {
    await rename(folder, place);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && typeof error.code === "string")) throw error;
    if (!["ENOTEMPTY", "EEXIST", "EPERM", "EACCES"].includes(error.code)) throw error;
    if ((await readRelease(place)) !== null) return;
    await rename(place, spare);
    await rename(folder, place);
  }
}
