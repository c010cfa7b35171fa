import { homedir } from "node:os";
import path from "node:path";

/** `$UV_MRE_CACHE_DIR`, else `$XDG_CACHE_HOME/uv-mre`, else `~/.cache/uv-mre`. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const own = env["UV_MRE_CACHE_DIR"];
  if (own !== undefined && own !== "") return path.resolve(own);
  const xdg = env["XDG_CACHE_HOME"];
  return path.join(xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(homedir(), ".cache"), "uv-mre");
}
