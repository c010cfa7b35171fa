import { statSync } from "node:fs";
import { lstat, open, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../scenario/error.ts";

/** Says before minutes are spent that a file cannot be written, or is one of the `inputs`. Leaves nothing behind. */
export async function checkWritable(file: string, inputs: readonly string[] = []): Promise<void> {
  const there = await stat(file).catch(() => null);
  for (const input of there?.isFile() === true ? inputs.flatMap((input) => [input, path.join(input, "scenario.toml")]) : []) {
    const read = await stat(input).catch(() => null);
    if (read?.ino === there?.ino && read?.dev === there?.dev) throw new UserError(`${file} is the scenario itself; name another file`);
  }
  // Permissions do not tell all: a folder may be read-only, or no folder at all.
  const handle = await open(file, "a").catch((error: unknown) => refuse(file, error));
  await handle.close();
  if (there === null) await rm(file);
}

/** Says before minutes are spent that a file is there already, or cannot be written. */
export async function checkNew(file: string, otherwise: string): Promise<void> {
  if ((await lstat(file).catch(() => null)) !== null) refuse(file, { code: "EEXIST" }, otherwise);
  await checkWritable(file);
}

/** Writes a file that the user named. Throws `UserError` where that fails after all. */
export async function writeOutput(
  file: string,
  text: string,
  options: { readonly mode?: number; readonly flag?: "w" | "wx"; readonly otherwise?: string } = {},
): Promise<void> {
  const { otherwise, ...how } = options;
  await writeFile(file, text, how).catch((error: unknown) => refuse(file, error, otherwise));
}

function refuse(file: string, error: unknown, otherwise = "name another file, or say --force to replace it"): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EISDIR" || statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new UserError(`${file} is a folder; name a file`);
  if (code === "EEXIST") throw new UserError(`${file} exists already; ${otherwise}`);
  const why = code === "ENOENT" ? `there is no folder ${path.dirname(file)}; make it first` : (code ?? String(error));
  throw new UserError(`${file} cannot be written (${why})`);
}
