import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

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
