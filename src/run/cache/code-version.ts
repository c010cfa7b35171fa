import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { packageRoot } from "../../package-root.ts";

let known: Promise<string> | null = null;

/** A hash of our own code, built or not: what another version of it observed or judged is not this one's result. */
export function codeVersion(): Promise<string> {
  known ??= hashOf(path.join(packageRoot(), import.meta.filename.endsWith(".ts") ? "src" : "dist"));
  return known;
}

async function hashOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && /(?<!\.test|\.d)\.[jt]s$/.test(entry.name));
  const names = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  const hash = createHash("sha256");
  for (const [index, content] of (await Promise.all(names.map((name) => readFile(name)))).entries()) {
    hash.update(`${path.relative(folder, names[index] ?? "")} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}
