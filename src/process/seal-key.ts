import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { link, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { openRegular } from "../disk/regular-file.ts";

const NAME = "owner-key";
const BYTES = 32;

/**
 * The secret by which harnesses with the same cache folder know what one of them wrote. Made on first use; one that
 * other accounts could know, or that is damaged, is replaced. Where none can be kept, it lasts as long as this process.
 */
export async function openSealKey(cacheDir: string): Promise<Uint8Array> {
  const file = path.join(cacheDir, NAME);
  const known = await readKey(file);
  if (known !== null) return known;
  const made = randomBytes(BYTES);
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    await writeFile(draft, made, { mode: 0o600, flag: "wx" });
    // By a link, so that of two harnesses at once the first one's stays.
    await link(draft, file).catch(async () => {
      if ((await readKey(file)) === null) await rename(draft, file);
    });
  } catch {
    return made;
  } finally {
    await rm(draft, { force: true }).catch(() => {});
  }
  return (await readKey(file)) ?? made;
}

async function readKey(file: string): Promise<Uint8Array | null> {
  const opened = await openRegular(file);
  if (opened === null) return null;
  await using handle = opened.handle;
  return isPrivate(opened.stats) && opened.stats.size === BYTES ? await handle.readFile() : null;
}

function isPrivate({ uid, mode }: Stats): boolean {
  return process.geteuid === undefined || (uid === process.geteuid() && (mode & 0o077) === 0);
}
