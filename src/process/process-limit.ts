import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** How many more processes the system lets us have, and how often it refused one so far. */
export interface ProcessLimit {
  /** `Infinity` where nothing limits them. */
  readonly free: number;
  readonly refused: number;
}

export interface RoomSources {
  readonly proc: string;
  readonly cgroup: string;
  readonly uid: number;
}

const SYSTEM: RoomSources = { proc: "/proc", cgroup: "/sys/fs/cgroup", uid: process.geteuid?.() ?? 0 };

/** Linux only; elsewhere nothing is known to limit processes. */
export function processLimit(sources: RoomSources = SYSTEM): ProcessLimit {
  const groups = controlGroups(sources);
  const free = groups.map((folder) => number(path.join(folder, "pids.max"), Infinity) - number(path.join(folder, "pids.current"), 0));
  const refused = groups.map((folder) => Number(/^max (\d+)$/m.exec(read(path.join(folder, "pids.events")))?.[1] ?? 0));
  return { free: Math.min(userRoom(sources), ...free), refused: refused.reduce((sum, count) => sum + count, 0) };
}

/** What `ulimit -u` leaves to this user; it does not hold for root. */
function userRoom({ proc, uid }: RoomSources): number {
  const limit = Number(/^Max processes\s+(\d+)/m.exec(read(path.join(proc, "self/limits")))?.[1] ?? Infinity);
  if (uid === 0 || limit === Infinity) return Infinity;
  const statuses = readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map((name) => read(path.join(proc, name, "status")));
  const ours = statuses.filter((status) => Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? -1) === uid);
  // Each thread counts as a process.
  return limit - ours.reduce((sum, status) => sum + Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 1), 0);
}

/** Our control group and those above it, in both versions. */
function controlGroups({ proc, cgroup }: RoomSources): string[] {
  const lines = read(path.join(proc, "self/cgroup")).split("\n");
  return lines.flatMap((line) => {
    const [, controllers = "", place = ""] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (place === "" || (controllers !== "" && !controllers.split(",").includes("pids"))) return [];
    const parts = place.split("/").filter((part) => part !== "");
    const root = path.join(cgroup, controllers === "" ? "" : "pids");
    return [root, ...parts.map((_, index) => path.join(root, ...parts.slice(0, index + 1)))];
  });
}

function number(file: string, otherwise: number): number {
  const text = read(file).trim();
  return /^\d+$/.test(text) ? Number(text) : otherwise;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
