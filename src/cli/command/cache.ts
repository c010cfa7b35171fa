import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { folderBytes, pruneResults } from "../../run/result-cache.ts";
import { removeCacheFolder } from "../../run/cache.ts";
import { withSession } from "../session.ts";
import { formatSize, parseSize } from "../size.ts";

/** What a prune leaves of releases unless `--max-disk` says otherwise. */
const DEFAULT_RELEASES = "2GB";

const WHAT: Readonly<Record<string, string>> = {
  releases: "uv releases",
  wheelhouse: "real packages",
  "keyring-tool": "keyring tools",
  results: "results of runs",
  pypiserver: "pypiserver",
  "uv-cache": "uv's cache, for resolving real packages",
};

/** `uv-mre cache show | prune | clear`. */
export async function cacheCommand(action: string, options: { maxDisk?: string; json?: boolean }): Promise<number> {
  const maxBytes = parseSize(options.maxDisk ?? DEFAULT_RELEASES);
  return withSession({}, async ({ harness }) => {
    const { cacheDir } = harness;
    if (action === "clear") {
      const freed = await folderBytes(cacheDir);
      await removeCacheFolder(harness);
      console.log(`cleared ${cacheDir} (${formatSize(freed)})`);
      return 0;
    }
    if (action === "prune") {
      const removed = await harness.store.remove({ maxBytes });
      const results = await pruneResults(cacheDir);
      await rm(path.join(cacheDir, "uv-cache"), { recursive: true, force: true });
      const freed = removed.reduce((sum, release) => sum + release.bytes, 0) + results;
      console.log(
        `removed ${removed.length} releases (${removed.map((release) => release.version).join(", ") || "none"}), ${formatSize(freed)} freed`,
      );
      return 0;
    }
    const names = (await readdir(cacheDir, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    const entries = await Promise.all(names.sort().map(async (name) => ({ name, bytes: await folderBytes(path.join(cacheDir, name)) })));
    const installed = (await harness.store.installed()).map((release) => release.version);
    if (options.json === true) console.log(JSON.stringify({ schema: 1, folder: cacheDir, entries, releases: installed }, null, 2));
    else {
      console.log(cacheDir);
      for (const { name, bytes } of entries) console.log(`  ${formatSize(bytes).padStart(9)}  ${WHAT[name] ?? name}`);
      console.log(`  releases: ${installed.join(", ") || "none"}`);
    }
    return 0;
  });
}
