import { readFile } from "node:fs/promises";
import path from "node:path";
import { packageRoot } from "../../package-root.ts";

/** The page of an HTML report as built, with a place for its data. */
export async function readPage(): Promise<string> {
  return readFile(path.join(packageRoot(), "dist", "page", "index.html"), "utf8");
}
