import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../scenario/error.ts";
import { isVersion } from "../scenario/version.ts";
import { findBootstrapUv } from "./bootstrap-uv.ts";
import { binaryRelease, type Release, type UvBinary } from "./binary.ts";
import type { UvContext } from "./context.ts";
import { openDownloadCache } from "./download-cache.ts";
import { type Downloads, fetchRelease } from "./fetch.ts";
import { addLease, listInstalled, releasesFolder, type InstalledRelease } from "./release-folder.ts";
import { createVerifier, type KeptRelease, readRelease, stampOf } from "./release-manifest.ts";
import { openReleaseQuota } from "./release-quota.ts";
import { sweepStaging } from "../disk/staging.ts";

export type { Release, UvBinary } from "./binary.ts";
export type { UvContext } from "./context.ts";
export type { InstalledRelease } from "./release-folder.ts";

/**
 * The releases in our cache. What it hands out stays there until it is let go of or the store is disposed of. After each
 * fetch, and when it is disposed of, the longest unused releases go beyond what `UvContext.room` allows.
 */
export interface ReleaseStore extends AsyncDisposable {
  /**
   * The release of an exact version, fetched if it is not there or if its programs are not, byte for byte, what was fetched.
   * Calls at once, here or in other processes, are safe.
   */
  ensure(version: string): Promise<Release>;
  /** A uv for the harness's own work: on PATH, else the newest in the cache, else fetched. Not the one under test. */
  bootstrap(): Promise<UvBinary>;
  /** A binary of the user's own; the path is relative to `cwd`. */
  binary(file: string, cwd: string): Promise<Release>;
  installed(): Promise<InstalledRelease[]>;
  /** Until what it returns is disposed of, the release stays there, whatever is let go of. */
  use(release: Release): Promise<AsyncDisposable>;
  /** Ends the hold on the releases handed out, save those in use or in `except` and the one that the harness works with. */
  letGo(options: { readonly except: ReadonlySet<string> }): Promise<void>;
  /** Removes the longest unused until the rest is at most `maxBytes`, never one in use. Returns what was removed. */
  remove(options: { readonly maxBytes: number }): Promise<readonly InstalledRelease[]>;
}

export function openReleaseStore(context: UvContext): ReleaseStore {
  const parent = releasesFolder(context.cacheDir);
  let found: UvBinary | null = null;
  const verifier = createVerifier();
  const downloads: Omit<Downloads, "isDamaged"> = {
    cache: openDownloadCache(context),
    // It may be one of ours that was removed since.
    uv: async () => (found !== null && existsSync(found.file) ? found : (found = await findBootstrapUv(context, verifier.isWhole))),
  };
  const pending = new Map<string, Promise<Release>>();
  /** Files that mark releases as held, by version. */
  const leases = new Map<string, string[]>();
  /** By path, and what changes whenever the file does. */
  const binaries = new Map<string, Promise<Release>>();
  const users = new Map<string, number>();
  const countUser = (version: string, change: number): unknown => users.set(version, (users.get(version) ?? 0) + change);
  let swept: Promise<unknown> | null = null;
  let bootstrap: Promise<UvBinary> | null = null;
  // The files of what is removed are among the downloads, too.
  const room = openReleaseQuota(context, () => downloads.cache.clear());

  const hold = async (release: Release): Promise<Release> => {
    const lease = await addLease(path.join(parent, release.version), context.identity);
    if (lease === null) return obtain(release.version);
    leases.set(release.version, [...(leases.get(release.version) ?? []), lease]);
    return release;
  };
  const obtain = async (version: string): Promise<Release> => {
    await (swept ??= sweepStaging(context));
    const place = path.join(parent, version);
    const present = await readRelease(place);
    if (present !== null && (await verifier.isWhole(present))) return hold(strip(present));
    const isDamaged = present !== null || existsSync(place);
    // Its files may be links to the same bytes.
    if (isDamaged) await downloads.cache.clear();
    return holdFetched(await fetchRelease(context, version, { ...downloads, isDamaged }));
  };
  const holdFetched = async (fetched: KeptRelease): Promise<Release> => {
    await verifier.noteWhole(fetched);
    const release = await hold(strip(fetched));
    await room.add(fetched.bytes);
    return release;
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
    if (present === null) return holdFetched(await fetchRelease(context, null, { ...downloads, isDamaged: false }));
    return path.dirname(path.dirname(path.dirname(present.file))) === parent ? ensure(present.version) : present;
  };
  return {
    ensure,
    bootstrap: () => {
      bootstrap ??= obtainBootstrap();
      bootstrap.catch(() => (bootstrap = null));
      return bootstrap;
    },
    binary: async (file, cwd) => {
      const key = `${path.resolve(cwd, file)} ${await stampOf(path.resolve(cwd, file)).catch(() => "")}`;
      const known = binaries.get(key) ?? binaryRelease(context, file, cwd);
      binaries.set(key, known);
      known.catch(() => binaries.delete(key));
      return known;
    },
    installed: () => listInstalled(context.cacheDir, context.identity),
    use: async ({ version, spec }) => {
      countUser(version, 1);
      // It may have been let go of since it was handed out.
      if (spec === "release" && !leases.has(version)) {
        await ensure(version).catch((error: unknown) => {
          countUser(version, -1);
          throw error;
        });
      }
      return { [Symbol.asyncDispose]: async () => void countUser(version, -1) };
    },
    letGo: async ({ except }) => {
      const own = (await bootstrap?.catch(() => null))?.version;
      const versions = [...leases.keys()].filter((version) => version !== own && !except.has(version) && !((users.get(version) ?? 0) > 0));
      await Promise.all(
        versions.map(async (version) => {
          const files = leases.get(version) ?? [];
          leases.delete(version);
          pending.delete(version);
          await Promise.all(files.map((file) => rm(file, { force: true })));
        }),
      );
    },
    remove: ({ maxBytes }) => room.remove(maxBytes),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...leases.values()].flat().map((lease) => rm(lease, { force: true })));
      leases.clear();
      await room.close();
      await downloads.cache[Symbol.asyncDispose]();
    },
  };
}

function strip({ version, file, sha256, spec }: Release): Release {
  return { version, file, sha256, spec };
}
