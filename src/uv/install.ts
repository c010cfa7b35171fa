import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../scenario/error.ts";
import { isVersion } from "../scenario/version.ts";
import { uvAtHand } from "./at-hand.ts";
import { binaryRelease, type Release, type UvBinary } from "./binary.ts";
import type { UvContext } from "./context.ts";
import { openDownloadCache } from "./download-cache.ts";
import { type Downloads, fetchRelease } from "./fetch.ts";
import { addLease, claimUnused, listInstalled, readRelease, releasesFolder, type InstalledRelease } from "./release-folder.ts";
import { openStaging, sweepStaging } from "./staging.ts";

export type { Release, UvBinary } from "./binary.ts";
export type { UvContext } from "./context.ts";
export type { InstalledRelease } from "./release-folder.ts";

/** The releases in our cache. What it hands out stays there until it is let go of or the store is disposed of. */
export interface ReleaseStore extends AsyncDisposable {
  /** The release of an exact version, fetched if it is not there. Calls at once, here or in other processes, are safe. */
  ensure(version: string): Promise<Release>;
  /** A uv for the harness's own work: on PATH, else the newest in the cache, else fetched. Not the one under test. */
  bootstrap(): Promise<UvBinary>;
  /** A binary of the person's own; the path is relative to `cwd`. */
  binary(file: string, cwd: string): Promise<Release>;
  installed(): Promise<InstalledRelease[]>;
  /** Ends the hold on the releases handed out, save those in `except` and the one that the harness works with. */
  letGo(options: { readonly except: ReadonlySet<string> }): Promise<void>;
  /** Removes the longest unused until the rest is at most `maxBytes`, never one in use. Returns what was removed. */
  remove(options: { readonly maxBytes: number }): Promise<InstalledRelease[]>;
}

export function openReleaseStore(context: UvContext): ReleaseStore {
  const parent = releasesFolder(context.cacheDir);
  let found: UvBinary | null = null;
  const downloads: Downloads = {
    cache: openDownloadCache(context),
    // It may be one of ours that was removed since.
    uv: async () => (found !== null && existsSync(found.file) ? found : (found = await uvAtHand(context))),
  };
  const pending = new Map<string, Promise<Release>>();
  /** Files that mark releases as held, by version. */
  const leases = new Map<string, string[]>();
  let swept: Promise<unknown> | null = null;
  let removing: Promise<unknown> = Promise.resolve();
  let bootstrap: Promise<UvBinary> | null = null;

  const hold = async (release: Release): Promise<Release> => {
    const lease = await addLease(path.join(parent, release.version), context.ownership);
    if (lease === null) return obtain(release.version);
    leases.set(release.version, [...(leases.get(release.version) ?? []), lease]);
    return release;
  };
  const obtain = async (version: string): Promise<Release> => {
    await (swept ??= sweepStaging(context));
    const present = await readRelease(path.join(parent, version));
    if (present !== null) return hold(strip(present));
    return hold(strip(await fetchRelease(context, version, downloads)));
  };
  const ensure = (version: string): Promise<Release> => {
    if (!isVersion(version)) return Promise.reject(new UserError(`not a version of uv: "${version}"`));
    const known = pending.get(version);
    if (known !== undefined) return known;
    const release = obtain(version);
    pending.set(version, release);
    release.catch(() => pending.delete(version));
    return release;
  };
  const obtainBootstrap = async (): Promise<UvBinary> => {
    const present = await downloads.uv();
    if (present === null) return hold(strip(await fetchRelease(context, null, downloads)));
    return path.dirname(path.dirname(path.dirname(present.file))) === parent ? ensure(present.version) : present;
  };
  return {
    ensure,
    bootstrap: () => {
      bootstrap ??= obtainBootstrap();
      bootstrap.catch(() => (bootstrap = null));
      return bootstrap;
    },
    binary: (file, cwd) => binaryRelease(context, file, cwd),
    installed: () => listInstalled(context.cacheDir, context.ownership),
    letGo: async ({ except }) => {
      const own = (await bootstrap?.catch(() => null))?.version;
      const versions = [...leases.keys()].filter((version) => version !== own && !except.has(version));
      await Promise.all(
        versions.map(async (version) => {
          const files = leases.get(version) ?? [];
          leases.delete(version);
          pending.delete(version);
          await Promise.all(files.map((file) => rm(file, { force: true })));
        }),
      );
    },
    remove: ({ maxBytes }) => {
      // One at a time: two that count the same folders would together remove too much.
      const removed = removing.then(async () => {
        const releases = await removeUnused(context, maxBytes);
        // Their files are there, too.
        if (releases.length > 0) await downloads.cache.clear();
        return releases;
      });
      removing = removed.catch(() => {});
      return removed;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...leases.values()].flat().map((lease) => rm(lease, { force: true })));
      leases.clear();
      await downloads.cache[Symbol.asyncDispose]();
    },
  };
}

async function removeUnused(context: UvContext, maxBytes: number): Promise<InstalledRelease[]> {
  const parent = releasesFolder(context.cacheDir);
  await sweepStaging(context);
  const installed = await listInstalled(context.cacheDir, context.ownership);
  let bytes = installed.reduce((sum, release) => sum + release.bytes, 0);
  const removed: InstalledRelease[] = [];
  for (const release of installed.toSorted((a, b) => a.lastUsedAt - b.lastUsedAt)) {
    if (bytes <= maxBytes) break;
    const folder = path.join(parent, release.version);
    if (release.inUse || !(await claimUnused(folder, context.ownership))) continue;
    // Moved away first: nobody ever sees half a release.
    await using staging = await openStaging(context);
    await rename(folder, path.join(staging.path, "release"));
    bytes -= release.bytes;
    removed.push(release);
  }
  return removed;
}

function strip({ version, file, sha256, spec }: Release): Release {
  return { version, file, sha256, spec };
}
