import { constants, existsSync } from "node:fs";
import { chmod, type FileHandle, mkdir, open } from "node:fs/promises";
import path from "node:path";

/**
 * An open folder: what is done by its names happens in this very folder, wherever it was moved and whatever stands in its
 * place by now. Where there is no `/proc` (macOS, Windows) names go by the folder's path; there a process that swaps a
 * folder for a link at the right moment can lead them elsewhere.
 */
export interface Folder extends AsyncDisposable {
  /** By which calls reach the folder; lasts as long as it is open. */
  readonly path: string;
  /** By which calls reach one entry; none of them follows a link in the folder's place. */
  at(name: string): string;
}

const HAS_PROC = process.platform === "linux" && existsSync("/proc/self/fd");
/** Opens a folder of any mode, to give it another one; not among Node's constants. */
const O_PATH = 0x200000;
const AS_FOLDER = (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Rejects where it is no folder, but a link to one, say. */
export async function openFolder(file: string | Buffer): Promise<Folder> {
  if (process.platform === "win32") return folderOf(null, String(file));
  const handle = await open(file, constants.O_RDONLY | AS_FOLDER);
  return folderOf(handle, String(file));
}

/** A folder below another one, by its names; `make` makes what is not there. No link on the way is followed. */
export async function openBelow(folder: Folder, names: readonly string[], options: { readonly make?: boolean } = {}): Promise<Folder> {
  // A folder of its own, so that the caller may close it.
  let current = await openFolder(HAS_PROC ? `${folder.path}/.` : folder.path);
  for (const name of names) {
    await using parent = current;
    current = await openEntry(parent, name, options.make === true);
  }
  return current;
}

async function openEntry(folder: Folder, name: string, make: boolean): Promise<Folder> {
  if (make) {
    await mkdir(folder.at(name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
  return openFolder(folder.at(name));
}

/** Lets its owner read and write in a folder that cannot be opened; a link is left alone. */
export async function openUp(place: string | Buffer): Promise<void> {
  if (!HAS_PROC) return;
  await using handle = await open(place, O_PATH | AS_FOLDER);
  // The descriptor itself has no mode to change; what it stands for has.
  await chmod(`/proc/self/fd/${handle.fd}`, 0o700);
}

function folderOf(handle: FileHandle | null, file: string): Folder {
  const own = handle !== null && HAS_PROC ? `/proc/self/fd/${handle.fd}` : file;
  return {
    path: own,
    at: (name) => `${own}${HAS_PROC ? "/" : path.sep}${checked(name)}`,
    [Symbol.asyncDispose]: async () => handle?.close(),
  };
}

function checked(name: string): string {
  if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0")) throw new Error(`no name: ${name}`);
  return name;
}
