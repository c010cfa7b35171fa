import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../scenario/error.ts";
import { folderBytes } from "../../disk/folder-bytes.ts";
import { parseSize } from "./size.ts";

/** Bytes; what the cache may take unless told otherwise. */
const LIMIT = 5_000_000_000;
const VARIABLE = "UV_MRE_MAX_DISK";

/** Bytes that the cache may take: as the caller says, else as the user's environment does. Throws `UserError`. */
export function cacheLimit(env: Readonly<Record<string, string>>, said: number | undefined): number {
  if (said !== undefined) return said;
  const text = env[VARIABLE] ?? "";
  if (text === "") return LIMIT;
  try {
    return parseSize(text);
  } catch (error) {
    throw new UserError(`${VARIABLE}: ${(error as Error).message}`);
  }
}

/** Not kept, or counted by themselves; what is staged is mostly links to releases' files. */
const ASIDE: ReadonlySet<string> = new Set(["releases", "staging"]);

/** Bytes of all that is kept in the cache beside uv releases: what the limit leaves is for those. */
export async function bytesBesideReleases(cacheDir: string): Promise<number> {
  const sizes = await cacheSizes(cacheDir, (name) => !ASIDE.has(name));
  return sizes.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What each file and folder at the top of the cache takes, by name. */
export async function cacheSizes(
  cacheDir: string,
  isAsked: (name: string) => boolean = () => true,
): Promise<{ readonly name: string; readonly bytes: number; readonly isFolder: boolean }[]> {
  const names = (await readdir(cacheDir)).filter(isAsked).sort();
  const sizes = await Promise.all(
    names.map(async (name) => {
      const place = path.join(cacheDir, name);
      const entry = await stat(place).catch(() => null);
      const isFolder = entry?.isDirectory() === true;
      return { name, isFolder, bytes: isFolder ? await folderBytes(place) : (entry?.size ?? 0) };
    }),
  );
  return sizes;
}
