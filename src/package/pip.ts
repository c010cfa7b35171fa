import { join } from "node:path";

import { keepTree } from "../disk/kept-tree.ts";
import type { Ownership } from "../observation/process.ts";
import { UserError } from "../scenario/error.ts";
import { complaint, runTool, type Tools } from "./tool-run.ts";

/** How pip is called: the chosen Python's own, else one that uv fetches into our cache (Debian's Python has none). */
export async function findPip(tools: Tools & { readonly ownership: Ownership }, workFolder: string): Promise<readonly string[]> {
  const own = ["-m", "pip"];
  if ((await runTool(tools, tools.python.file, [...own, "--version"], workFolder)).exit === 0) return own;
  const place = await keepTree(tools, join(tools.cacheDir, "pip"), async (target) => {
    const args = ["pip", "install", "--quiet", "--python", tools.python.file, "--no-deps", "--target", target, "pip"];
    const result = await runTool(tools, tools.uv, args, workFolder);
    if (result.exit !== 0) throw new UserError(`the chosen Python has no pip, and uv cannot fetch one\n${complaint(result)}`);
  });
  return [join(place, "pip")];
}
