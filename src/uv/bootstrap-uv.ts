import { realpath } from "node:fs/promises";
import { compare } from "../scenario/version.ts";
import { askVersion, type UvBinary } from "./binary.ts";
import type { UvContext } from "./context.ts";
import { listInstalled } from "./release-folder.ts";
import { isWhole } from "./release-manifest.ts";
import { executablesOnPath, isScript } from "./search-path.ts";

/** Older ones resolve and install differently; the harness's own work does not use them. */
export const OLDEST_BOOTSTRAP = "0.8.0";

/**
 * A uv that is here already and new enough for the harness's own work: on PATH, or the newest in our cache. `isVerified` says
 * whether a release's programs are what was fetched.
 */
export async function findBootstrapUv(context: UvContext, isVerified = isWhole): Promise<UvBinary | null> {
  for (const candidate of await executablesOnPath(["uv"], context.env)) {
    const file = await realpath(candidate);
    // A version manager's shim works under the user's own HOME only.
    if (await isScript(file)) continue;
    const answer = await askVersion(context, file);
    if ("version" in answer && compare(answer.version, OLDEST_BOOTSTRAP) >= 0) return { file, version: answer.version };
  }
  for (const release of (await listInstalled(context.cacheDir, context.identity)).toReversed()) {
    if (compare(release.version, OLDEST_BOOTSTRAP) < 0) return null;
    if (await isVerified(release)) return { file: release.file, version: release.version };
  }
  return null;
}
