import { hostname } from "node:os";
import type { Ownership } from "../observation/process.ts";
import { statOf } from "./proc.ts";
import { askPs } from "./ps.ts";

/**
 * Names this process so that a later one can tell whether it is still there: `HOST~PID~START`. The start time
 * guards against a reused pid; the host against a cache folder that two containers share, where pids say nothing.
 */
export async function createOwnership(): Promise<Ownership> {
  const host = hostname().replace(/[^A-Za-z0-9.-]/g, "-");
  const start = await startOf(process.pid);
  return {
    token: `${host}~${process.pid}~${start ?? "unknown"}`,
    isAlive: async (token) => {
      const [otherHost, pid, started] = token.split("~");
      if (otherHost !== host || !/^\d+$/.test(pid ?? "")) return null;
      const now = await startOf(Number(pid));
      return now !== null && (started === "unknown" || now === started);
    },
  };
}

/** When a process started, in the platform's own form; `null` if there is none. */
export async function startOf(pid: number): Promise<string | null> {
  if (process.platform === "linux") return (await statOf(pid))?.start ?? null;
  if (process.platform === "win32") return exists(pid) ? "unknown" : null;
  const text = (await askPs(["-o", "lstart=", "-p", String(pid)]))?.trim() ?? "";
  return text === "" ? null : text.replace(/[^A-Za-z0-9]+/g, "-");
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
