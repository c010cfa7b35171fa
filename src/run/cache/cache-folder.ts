import { homedir } from "node:os";
import path from "node:path";
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
