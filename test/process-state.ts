import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** `Z` for a process that ended and was not collected, `S`, `R` …; empty where there is none. From `/proc`: a bare Debian has no `ps`. */
export function processState(pid: string): string {
  if (!existsSync("/proc/self/stat")) return spawnSync("ps", ["-o", "stat=", "-p", pid], { encoding: "utf8" }).stdout.trim();
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.charAt(0) ?? "";
  } catch {
    return "";
  }
}
