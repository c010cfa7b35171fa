import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ExportedFolder } from "../report/export/folder.ts";
import { UserError } from "../scenario/error.ts";

/** A folder is written where there is none, or an empty one: nothing of the person's is mixed with ours. Throws `UserError`. */
export async function checkNewFolder(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new UserError(`${folder} is no folder that can be written (${error.code})`);
  });
  if (entries.length > 0) throw new UserError(`${folder} is not empty; name a new folder`);
}

/** Writes an exported folder. Throws `UserError` where the folder has something in it, or cannot be written. */
export async function writeFolder(folder: string, files: ExportedFolder): Promise<void> {
  await checkNewFolder(folder);
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, { text, executable }] of Object.entries(files)) {
      await writeFile(path.join(folder, name), text, { mode: executable ? 0o755 : 0o644 });
    }
  } catch (error) {
    throw new UserError(`${folder} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}
