import { accessSync, constants, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { UserError } from "../../scenario/error.ts";
import { makeFolder } from "./make-folder.ts";

/** `$UV_MRE_CACHE_DIR`, else `$XDG_CACHE_HOME/uv-mre`, else `~/.cache/uv-mre`. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const own = env["UV_MRE_CACHE_DIR"];
  if (own !== undefined && own !== "") return path.resolve(own);
  const xdg = env["XDG_CACHE_HOME"];
  return path.join(xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(homedir(), ".cache"), "uv-mre");
}

/** Where V8 keeps what it compiled; `null` where no folder can be made: the command says so when it needs one. */
export function compileCacheFolder(env: Readonly<Record<string, string | undefined>>): string | null {
  const folder = path.join(cacheFolder(env), "node-compile-cache");
  try {
    makeFolder(folder);
    return folder;
  } catch {
    return null;
  }
}

/**
 * Makes the cache folder. Throws `UserError` where it cannot be made, or where it or a folder in it is another user's, as in a
 * cache that was restored by another account.
 */
export function openCacheFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new UserError(`the cache folder ${folder} cannot be made (${codeOf(error)}); UV_MRE_CACHE_DIR names another`);
  }
  for (const name of ["", ...foldersIn(folder)]) {
    const place = path.join(folder, name);
    try {
      accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      // Another process may have removed it.
      if (codeOf(error) === "ENOENT") continue;
      throw cannotUse(place, error);
    }
  }
}

const OF_THE_DISK = new Set(["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT"]);

/** What the disk refused somewhere in the cache, as the user's to mend: `UserError`. Any other error as it is. */
export function namingCache(error: unknown, cacheDir: string): unknown {
  const { code = "", path: place } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const isInCache = place !== undefined && !path.relative(cacheDir, place).startsWith("..");
  return isInCache && OF_THE_DISK.has(code) ? cannotUse(place, error) : error;
}

function cannotUse(place: string, error: unknown): UserError {
  const advice = "give it to this user, make room, or name another cache by UV_MRE_CACHE_DIR";
  return new UserError(`${place} in the cache cannot be read and written (${codeOf(error)}); ${advice}`, { cause: error });
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
