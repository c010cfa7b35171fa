import { open, rm, stat, writeFile } from "node:fs/promises";
import { UserError } from "../scenario/error.ts";

/** Says before minutes are spent that a file cannot be written. Leaves nothing behind. */
export async function checkWritable(file: string): Promise<void> {
  const there = await stat(file).catch(() => null);
  if (there?.isDirectory() === true) throw new UserError(`${file} is a folder; name a file`);
  // Permissions do not tell all: a folder may be read-only, or no folder at all.
  const handle = await open(file, "a").catch((error: unknown) => refuse(file, error));
  await handle.close();
  if (there === null) await rm(file);
}

/** Writes a file that the person named. Throws `UserError` where that fails after all. */
export async function writeOutput(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => refuse(file, error));
}

function refuse(file: string, error: unknown): never {
  throw new UserError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
}
