import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../scenario/error.ts";
import { complaint, runTool, type Tools } from "./tool-run.ts";

/** How pip is called: the chosen Python's own, else one that uv fetches into our cache (Debian's Python has none). */
export async function findPip(tools: Tools, workFolder: string): Promise<readonly string[]> {
  for (const own of [["-m", "pip"], [join(tools.cacheDir, "pip", "pip")]]) {
    if ((await runTool(tools, tools.python.file, [...own, "--version"], workFolder)).exit === 0) return own;
  }
  const partial = join(workFolder, "pip");
  const args = ["pip", "install", "--quiet", "--python", tools.python.file, "--no-deps", "--target", partial, "pip"];
  const result = await runTool(tools, tools.uv, args, workFolder);
  if (result.exit !== 0) throw new UserError(`the chosen Python has no pip, and uv cannot fetch one\n${complaint(result)}`);
  await mkdir(tools.cacheDir, { recursive: true });
  const place = join(tools.cacheDir, "pip");
  // Another process may have been faster; its pip is as good.
  await rename(partial, place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST" && error.code !== "EPERM") throw error;
  });
  return [join(place, "pip")];
}
