import { open } from "node:fs/promises";
import path from "node:path";
import { isExecutable } from "../disk/executable.ts";
import type { Places } from "./places.ts";

const HEAD_BYTES = 4096;

/**
 * Whether the probe sees calls of this `keyring`: Python runs it, and heeds `PYTHONPATH` and `sitecustomize`. `null` where
 * there is no such command. `file` is its place here; its first line names the interpreter as the steps see it.
 */
export async function seenByProbe(file: string, searchPath: string, places: Places): Promise<boolean | null> {
  const real = await places.real(file);
  if (real === null || !(await isExecutable(real))) return null;
  const [command = "", ...args] = interpreterOf(await headOf(real));
  const isPython = /^(?:python|pypy)[\d.]*$/.test(path.basename(command));
  if (!isPython || args.some((arg) => /^-[A-Za-z]*[EIS]/.test(arg))) return false;
  const files = command.includes("/") ? [command] : searchPath.split(path.delimiter).map((folder) => path.join(folder, command));
  for (const each of files) if (await places.isExecutable(places.here(each))) return true;
  return false;
}

/** The words before the script's own name, as its first line says; empty for what is no script. */
export function interpreterOf(head: string): string[] {
  const [first = "", second = ""] = head.split("\n", 2);
  if (!first.startsWith("#!")) return [];
  // What installers write where the interpreter's path is long or holds a blank: a shell script that is a Python script, too.
  const trampoline = /^'''exec' (.+) "\$0" "\$@"\s*$/.exec(second);
  if (trampoline !== null) return words(trampoline[1] ?? "");
  const all = words(first.slice(2));
  if (path.basename(all[0] ?? "") !== "env") return all;
  return all.slice(1).filter((word) => word !== "-S" && !word.includes("="));
}

function words(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file).catch(() => null);
  if (handle === null) return "";
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
