import { EXIT } from "../../report/exit-status.ts";
import { clearCache, KEPT, pruneCache, showCache } from "../../run/cache/cache.ts";
import type { CacheJson } from "../json-outputs.ts";
import { machineOptions, withSession } from "../session.ts";
import { formatSize } from "../../run/cache/size.ts";

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
    if (options.json === true)
      console.log(JSON.stringify({ schema: 1, folder, bytes, limit, entries, releases } satisfies CacheJson, null, 2));
    else {
      console.log(`${folder}: ${formatSize(bytes)} of at most ${formatSize(limit)} (--max-disk or UV_MRE_MAX_DISK)`);
      for (const { name, bytes } of entries) console.log(`  ${formatSize(bytes).padStart(9)}  ${KEPT[name] ?? name}`);
      console.log(`  releases: ${releases.join(", ") || "none"}`);
    }
    return EXIT.ok;
  });
}
