import { chmod, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../scenario/error.ts";
import type { Harness } from "./harness.ts";

/** Folders and files that are ours; nothing else in the cache folder is removed. */
const OURS = [
  "releases",
  "wheelhouse",
  "resolutions",
  "keyring-tool",
  "results",
  "pypiserver",
  "uv-cache",
  "uv-releases.json",
  "python.json",
  "staging",
  "pip",
  "bisect",
  "certificates",
];

/** Empties the harness's cache. Throws `UserError` while another process uses a release in it. */
export async function removeCacheFolder(harness: Harness): Promise<void> {
  const inUse = (await harness.store.installed()).filter((release) => release.inUse);
  if (inUse.length > 0)
    throw new UserError(
      `the cache is in use: uv ${inUse.map((release) => release.version).join(", ")}; try again when no run is under way`,
    );
  for (const name of await readdir(harness.cacheDir)) {
    if (!OURS.some((own) => name === own || name.startsWith(`${own}.`) || name.startsWith("."))) continue;
    await rm(path.join(harness.cacheDir, name), { recursive: true, force: true }).catch(async () => {
      await chmod(path.join(harness.cacheDir, name), 0o700);
      await rm(path.join(harness.cacheDir, name), { recursive: true, force: true });
    });
  }
}
