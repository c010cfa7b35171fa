import { readdir } from "node:fs/promises";
import path from "node:path";
import { folderBytes } from "../../disk/folder-bytes.ts";
import { removeTree } from "../../disk/remove-tree.ts";
import { UserError } from "../../scenario/error.ts";
import type { Harness } from "../harness/harness.ts";
import { bytesBesideReleases, cacheSizes } from "./limit.ts";
import { pruneResults } from "./result-cache.ts";

/** What is ours in the cache folder, in words; nothing else in it is removed. */
export const KEPT: Readonly<Record<string, string>> = {
  releases: "uv releases",
  wheelhouse: "real packages",
  resolutions: "what real packages resolved to",
  "keyring-tool": "keyring tools",
  tools: "pip, twine and others beside uv",
  results: "results of runs",
  pypiserver: "pypiserver",
  pip: "pip",
  bubblewrap: "bubblewrap",
  sandbox: "whether it works here",
  staging: "what is being fetched",
  certificates: "the certificate authority",
  "node-compile-cache": "uv-mre itself, compiled",
  "uv-releases.json": "the list of uv's releases",
  "python.json": "what Pythons are here",
  "owner-key": "the key of its seals",
  // Of older versions.
  "uv-cache": "uv's cache",
  bisect: "results of bisections",
};

export interface CacheContents {
  readonly folder: string;
  /** Of all that is kept in it. */
  readonly bytes: number;
  /** Beyond it the releases not used for longest go, by themselves. */
  readonly limit: number;
  /** Each folder in it by its name, in that order. */
  readonly entries: readonly { readonly name: string; readonly bytes: number }[];
  /** uv releases that are installed, oldest first. */
  readonly releases: readonly string[];
}

/** What the cache holds. Takes as long as it takes to look at every file. */
export async function showCache({ cacheDir, limit, store }: Harness): Promise<CacheContents> {
  const sizes = await cacheSizes(cacheDir);
  const entries = sizes.filter(({ isFolder }) => isFolder).map(({ name, bytes }) => ({ name, bytes }));
  const bytes = sizes.reduce((sum, each) => sum + (each.name === "staging" ? 0 : each.bytes), 0);
  return { folder: cacheDir, bytes, limit, entries, releases: (await store.installed()).map((release) => release.version) };
}

/**
 * Removes the oldest results, and the uv releases not used for longest until the whole cache takes at most `maxBytes`
 * (default: its limit). No release in use is removed.
 */
export async function pruneCache(
  { cacheDir, limit, store }: Harness,
  options: { readonly maxBytes?: number } = {},
): Promise<{ readonly releases: readonly string[]; readonly freedBytes: number }> {
  const results = await pruneResults(cacheDir);
  const maxBytes = Math.max(0, (options.maxBytes ?? limit) - (await bytesBesideReleases(cacheDir)));
  const removed = await store.remove({ maxBytes });
  const freedBytes = removed.reduce((sum, release) => sum + release.bytes, results);
  return { releases: removed.map((release) => release.version), freedBytes };
}

/** Empties the harness's cache. Throws `UserError` while another process uses a release in it. */
export async function clearCache(harness: Harness): Promise<{ readonly freedBytes: number }> {
  const inUse = (await harness.store.installed()).filter((release) => release.inUse);
  if (inUse.length > 0)
    throw new UserError(
      `the cache is in use: uv ${inUse.map((release) => release.version).join(", ")}; try again when no run is under way`,
    );
  const before = await folderBytes(harness.cacheDir);
  for (const name of await readdir(harness.cacheDir)) {
    if (!Object.keys(KEPT).some((own) => name === own || name.startsWith(`${own}.`) || name.startsWith("."))) continue;
    await removeTree(path.join(harness.cacheDir, name));
  }
  return { freedBytes: before - (await folderBytes(harness.cacheDir)) };
}
