import { EXIT } from "../../report/exit-status.ts";
import { clearCache, pruneCache, showCache } from "../../run/cache/cache.ts";
import { machineOptions, withSession } from "../session.ts";
import { formatSize } from "../../run/cache/size.ts";

const WHAT: Readonly<Record<string, string>> = {
  releases: "uv releases",
  wheelhouse: "real packages",
  "keyring-tool": "keyring tools",
  results: "results of runs",
  pypiserver: "pypiserver",
  resolutions: "what real packages resolved to",
  certificates: "the certificate authority",
  staging: "what is being fetched",
  "node-compile-cache": "uv-mre itself, compiled",
  "uv-cache": "uv's cache, for resolving real packages",
};

/** `uv-mre cache show | prune | clear`. */
export async function cacheCommand(action: string, options: { maxDisk?: string; json?: boolean }): Promise<number> {
  return withSession(machineOptions(options), async ({ harness }) => {
    if (action === "clear") {
      const { freedBytes } = await clearCache(harness);
      console.log(`cleared ${harness.cacheDir} (${formatSize(freedBytes)})`);
      return EXIT.ok;
    }
    if (action === "prune") {
      const { releases, freedBytes } = await pruneCache(harness);
      console.log(`removed ${releases.length} releases (${releases.join(", ") || "none"}), ${formatSize(freedBytes)} freed`);
      return EXIT.ok;
    }
    const { folder, bytes, limit, entries, releases } = await showCache(harness);
    if (options.json === true) console.log(JSON.stringify({ schema: 1, folder, bytes, limit, entries, releases }, null, 2));
    else {
      console.log(`${folder}: ${formatSize(bytes)} of at most ${formatSize(limit)} (--max-disk or UV_MRE_MAX_DISK)`);
      for (const { name, bytes } of entries) console.log(`  ${formatSize(bytes).padStart(9)}  ${WHAT[name] ?? name}`);
      console.log(`  releases: ${releases.join(", ") || "none"}`);
    }
    return EXIT.ok;
  });
}
