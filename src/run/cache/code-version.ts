import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { packageRoot } from "../../package-root.ts";

let known: Promise<string> | null = null;

/** A hash of our own code, built or not: what another version of it observed or judged is not this one's result. */
export function codeVersion(): Promise<string> {
  known ??= hashOfCode(packageRoot(), [import.meta.filename.endsWith(".ts") ? "src" : "dist", "programs", "docker"]);
  return known;
}

/** Of the code below some folders of a root, programs in other languages included; tests and types are none. */
export async function hashOfCode(root: string, folders: readonly string[]): Promise<string> {
  const entries = await Promise.all(folders.map((folder) => readdir(path.join(root, folder), { withFileTypes: true, recursive: true })));
  const files = entries
    .flat()
    .filter((entry) => entry.isFile() && /(?<!\.test|\.d)\.([jt]s|py|sh)$|^(requirements\.txt|Dockerfile)$/.test(entry.name));
  const names = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  const hash = createHash("sha256");
  for (const [index, content] of (await Promise.all(names.map((name) => readFile(name)))).entries()) {
    hash.update(`${path.relative(root, names[index] ?? "")} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}
