import { chmod, lstat, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { isErrno } from "./errno.ts";

/** Removes a folder with all that is in it, read-only folders too; does nothing if it is not there. Follows no link. */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    if (!isErrno(error, "EACCES", "EPERM")) throw error;
    await makeWritable(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeWritable(folder: string): Promise<void> {
  const there = await lstat(folder).catch(() => null);
  if (there?.isDirectory() !== true) return;
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(path.join(folder, entry.name));
  }
}
