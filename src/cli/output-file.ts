import { access, constants, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../scenario/error.ts";

/** Says before minutes are spent that a file cannot be written. Writes nothing. */
export async function checkWritable(file: string): Promise<void> {
  const there = await stat(file).catch(() => null);
  if (there?.isDirectory() === true) throw new UserError(`${file} is a folder; name a file`);
  try {
    await access(there === null ? path.dirname(path.resolve(file)) : file, constants.W_OK);
  } catch (error) {
    throw new UserError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}
