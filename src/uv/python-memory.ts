import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { PythonInfo } from "../observation/process.ts";
import { isScript } from "./search-path.ts";
import { readKept, writeKept } from "../disk/kept-json.ts";

/** What was asked of interpreters before: key → answer. A file that can't be read is an empty memory. */
export interface PythonMemory {
  recall(key: string): Promise<PythonInfo | null>;
  keep(key: string, info: PythonInfo): Promise<void>;
}

interface Entry extends PythonInfo {
  /** Signature of the interpreter when it answered. */
  readonly signature: string;
}

const MOST_ENTRIES = 50;

export function openPythonMemory(cacheDir: string): PythonMemory {
  const file = path.join(cacheDir, "python.json");
  return {
    recall: async (key) => {
      const entry = (await read(file))[key];
      if (entry === undefined || (await signatureOf(entry.file)) !== entry.signature) return null;
      return { file: entry.file, version: entry.version };
    },
    keep: async (key, info) => {
      const signature = await signatureOf(info.file);
      if (signature === null) return;
      const others = Object.entries(await read(file)).filter(([name]) => name !== key);
      const entries = Object.fromEntries([...others.slice(1 - MOST_ENTRIES), [key, { ...info, signature }]]);
      await writeKept(file, entries);
    },
  };
}

/**
 * What an interpreter's answer depends on; `null` where that cannot be said, so that it is asked each time. A shim
 * of pyenv depends on the version files that pyenv reads; of other version managers' shims we do not know.
 */
export async function memoryKey(
  file: string,
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<string | null> {
  const signature = await signatureOf(file);
  if (signature === null) return null;
  if (!(await isScript(file))) return `${file} ${signature}`;
  const root = options.env["PYENV_ROOT"] ?? path.join(options.env["HOME"] ?? "/", ".pyenv");
  if (path.dirname(file) !== path.join(root, "shims")) return null;
  const folders = parents(options.cwd).map((folder) => path.join(folder, ".python-version"));
  const files = await Promise.all([...folders, path.join(root, "version")].map((name) => readFile(name, "utf8").catch(() => "")));
  return JSON.stringify([file, signature, options.env["PYENV_VERSION"] ?? null, files.find((text) => text !== "") ?? null]);
}

function parents(folder: string): string[] {
  const up = path.dirname(folder);
  return up === folder ? [folder] : [folder, ...parents(up)];
}

async function signatureOf(file: string): Promise<string | null> {
  try {
    const [real, { mtimeMs, size }] = await Promise.all([realpath(file), stat(file)]);
    return `${real} ${mtimeMs} ${size}`;
  } catch {
    return null;
  }
}

async function read(file: string): Promise<Record<string, Entry>> {
  return ((await readKept(file)) ?? {}) as Record<string, Entry>;
}
