import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { type FileHandle, open, unlink } from "node:fs/promises";
import type { Folder } from "./folder.ts";

/** Never follows a link, and never waits for the other end of a FIFO. */
const UNTRUSTED = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file that anybody may have put there: `null` unless it is a regular file. Links on the way to it are followed;
 * who does not trust those opens the folder first (`folder.ts`).
 */
export async function openRegular(file: string): Promise<{ readonly handle: FileHandle; readonly stats: Stats } | null> {
  const handle = await open(file, constants.O_RDONLY | UNTRUSTED).catch(() => null);
  if (handle === null) return null;
  const stats = await handle.stat().catch(() => null);
  if (stats?.isFile() === true) return { handle, stats };
  await handle.close();
  return null;
}

/** The bytes of a regular file of at most `limit` bytes; `null` for anything else. */
export async function readRegular(file: string, limit: number): Promise<Buffer | null> {
  const opened = await openRegular(file);
  if (opened === null) return null;
  await using handle = opened.handle;
  return opened.stats.size > limit ? null : await readAtMost(handle, limit);
}

/** The same, for many small files: by the thread pool each takes several times as long. */
export function readRegularSync(file: string, limit: number): Buffer | null {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | UNTRUSTED);
  } catch {
    return null;
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() || stats.size > limit) return null;
    const bytes = Buffer.allocUnsafe(stats.size);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(fd, bytes, length, bytes.length - length, length);
    return bytes.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}

/** From the start; `null` if there is more by now. */
async function readAtMost(handle: FileHandle, limit: number): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  for (let length = 0; ;) {
    const part = Buffer.allocUnsafe(Math.min(limit + 1 - length, 1 << 20));
    const { bytesRead } = await handle.read(part, 0, part.length, length);
    if (bytesRead === 0) return Buffer.concat(parts);
    length += bytesRead;
    if (length > limit) return null;
    parts.push(part.subarray(0, bytesRead));
  }
}

/**
 * Writes a whole file, made if it is not there. What stands in its place is neither followed nor waited for; a file that has
 * another name elsewhere (a hard link) keeps what it held there. Rejects with EEXIST where something else has the name.
 */
export async function writeRegular(folder: Folder, name: string, text: string | Uint8Array, mode: number): Promise<Stats> {
  const flags = constants.O_WRONLY | constants.O_CREAT | UNTRUSTED;
  const first = await open(folder.at(name), flags, mode).catch(refuse);
  let stats = await first.stat();
  const isShared = stats.isFile() && stats.nlink > 1;
  if (isShared) await unlink(folder.at(name));
  await using handle = isShared ? await first.close().then(() => open(folder.at(name), flags | constants.O_EXCL, mode)) : first;
  stats = await handle.stat();
  if (!stats.isFile()) throw notAFile();
  await handle.truncate();
  await handle.writeFile(text);
  if (mode !== DEFAULT_MODE) await handle.chmod(mode);
  return handle.stat();
}

export const DEFAULT_MODE = 0o666;

/** A FIFO that nobody reads, a socket, a link. */
function refuse(error: NodeJS.ErrnoException): never {
  throw error.code === "ENXIO" || error.code === "ELOOP" ? notAFile() : error;
}

function notAFile(): Error {
  return Object.assign(new Error("something else has this name"), { code: "EEXIST" });
}
