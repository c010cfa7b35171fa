import { open } from "node:fs/promises";
import path from "node:path";
import { isExecutable } from "../disk/executable.ts";

/** The executables of these names on PATH, folder by folder: as `which -a`, without running anything. */
export async function executablesOnPath(names: readonly string[], env: Readonly<Record<string, string>>): Promise<string[]> {
  const folders = (variable(env, "PATH") ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const suffix = process.platform === "win32" ? ".exe" : "";
  const candidates = names.flatMap((name) => folders.map((folder) => path.join(folder, name + suffix)));
  const found = await Promise.all(candidates.map(async (file) => ((await isExecutable(file)) ? file : null)));
  return [...new Set(found.filter((file) => file !== null))];
}

/** Whether a file is a script: a version manager's shim is one, and works under the user's own HOME only. */
export async function isScript(file: string): Promise<boolean> {
  await using handle = await open(file, "r");
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer.toString("latin1") === "#!";
}

/** Windows spells it `Path`. */
function variable(env: Readonly<Record<string, string>>, name: string): string | undefined {
  if (process.platform !== "win32") return env[name];
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}
