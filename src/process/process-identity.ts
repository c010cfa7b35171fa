import { createHash, createHmac, randomBytes } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import type { ProcessIdentity } from "../observation/process.ts";
import { statOf } from "./proc.ts";
import { askPs } from "./ps.ts";

/**
 * Names this process so that a later one can tell whether it is still there: `PLACE~PID~START`. The start time guards
 * against a reused pid; the place against containers that share a folder, also under one host name, where pids say nothing.
 *
 * @param key by which a seal is made and checked; see `seal-key.ts`. Default: one that only this process knows.
 */
export async function createProcessIdentity(key: Uint8Array = randomBytes(32)): Promise<ProcessIdentity> {
  const place = await placeOfPids();
  const start = await startOf(process.pid);
  const token = `${place.name}~${process.pid}~${start ?? "unknown"}`;
  return {
    token,
    isAlive: async (other) => {
      if (other === token) return true;
      const [otherPlace, pid, started] = other.split("~");
      if (!place.isKnown || otherPlace !== place.name || !/^\d+$/.test(pid ?? "")) return null;
      const now = await startOf(Number(pid));
      return now !== null && (started === "unknown" || now === started);
    },
    seal: (statement) => createHmac("sha256", key).update(statement).digest("hex"),
  };
}

/** Within which a pid and a start time mean one process: a host and, on Linux, a boot and its namespaces of pids and time. */
async function placeOfPids(): Promise<{ readonly name: string; readonly isKnown: boolean }> {
  const host = hostname().replace(/[^A-Za-z0-9.-]/g, "-");
  if (process.platform !== "linux") return { name: host, isKnown: true };
  try {
    // Where `/proc` is another namespace's, its numbers are not ours.
    const isOwnProc = (await readlink("/proc/self")) === String(process.pid);
    const time = await readlink("/proc/self/ns/time").catch(() => "");
    const parts = [await readFile("/proc/sys/kernel/random/boot_id", "utf8"), await readlink("/proc/self/ns/pid"), time];
    const digest = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
    return { name: `${host}.${digest}`, isKnown: isOwnProc };
  } catch {
    return { name: `${host}.unknown`, isKnown: false };
  }
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
