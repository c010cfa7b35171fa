import { access, constants, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../scenario/error.ts";

/** By name. */
export type FolderFiles = Readonly<Record<string, { readonly text: string; readonly executable?: boolean }>>;

/**
 * A folder is written where there is none, or an empty one: nothing of the user's is mixed with ours. Makes none yet.
 * Throws `UserError`.
 */
export async function checkNewFolder(folder: string): Promise<void> {
  const entries = await readdir(folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw new UserError(`${folder} is no folder that can be written (${error.code})`);
    if (await isWritable(path.dirname(path.resolve(folder)))) return [];
    throw new UserError(`${folder} cannot be written (EACCES)`);
  });
  if (entries.length > 0) throw new UserError(`${folder} is not empty; name a new folder`);
}

/** Whether something can be made in a folder, or in the one above it that is there. */
async function isWritable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return (await stat(folder)).isDirectory();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" && isWritable(path.dirname(folder));
  }
}

/** Writes an exported folder. Throws `UserError` where the folder has something in it, or cannot be written. */
export async function writeFolder(folder: string, files: FolderFiles): Promise<void> {
  await checkNewFolder(folder);
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, { text, executable }] of Object.entries(files)) {
      await writeFile(path.join(folder, name), text, { mode: executable === true ? 0o755 : 0o644 });
    }
  } catch (error) {
    throw new UserError(`${folder} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}
