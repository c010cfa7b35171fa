import { glob, readdir } from "node:fs/promises";
import path from "node:path";
import type { Looked } from "../../capture/model.ts";
import { readText } from "./read-text.ts";

/** Names of the distributions that bring backends to a keyring command, read beside it. */
export async function backendsBeside(command: string): Promise<string[]> {
  const prefix = path.dirname(path.dirname(command));
  const found: string[] = [];
  for await (const file of glob("{lib/python*,Lib}/site-packages/*.dist-info/entry_points.txt", { cwd: prefix })) {
    const name = /([^/\\]+?)-[^-/\\]+\.dist-info/u.exec(file)?.[1] ?? "";
    if (name !== "keyring" && /^\[keyring\.backends\]/mu.test((await readText(path.join(prefix, file))) ?? "")) found.push(name);
  }
  return found.sort();
}

/** Receipts of the tools that uv has installed. */
export async function installedTools(folder: string, hidden: (file: string) => Promise<string | null>): Promise<Looked["tools"]> {
  const found: { name: string; text: string }[] = [];
  for (const name of (await readdir(folder).catch(() => [])).sort((a, b) => (a < b ? -1 : 1))) {
    const text = await hidden(path.join(folder, name, "uv-receipt.toml"));
    if (text !== null) found.push({ name, text });
  }
  return found;
}

/** Which of these packages have their page in uv's cache. */
export async function cachedPackages(cache: string, names: ReadonlySet<string>): Promise<string[]> {
  const found = new Set<string>();
  for await (const file of glob("simple-v*/{index/*,pypi}/*.rkyv", { cwd: cache })) {
    const name = path.basename(file, ".rkyv");
    if (names.has(name)) found.add(name);
  }
  return [...found].sort();
}
