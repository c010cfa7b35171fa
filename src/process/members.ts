import { stat } from "node:fs/promises";
import { processIds, statOf } from "./proc.ts";
import { askPs } from "./ps.ts";

/** Our own user's processes of a session, or of a process group, ourselves excepted. Outside Linux a group's either way. */
export async function membersOf(leader: number, of: "session" | "group"): Promise<number[]> {
  if (process.platform !== "linux") {
    const lines = ((await askPs(["ax", "-o", "pgid=,pid="])) ?? "").trim().split("\n");
    return lines
      .map((line) => line.trim().split(/ +/).map(Number))
      .flatMap(([group, pid]) => (group === leader && pid !== undefined ? [pid] : []));
  }
  const found: number[] = [];
  for (const pid of processIds().map(Number)) {
    if (pid !== process.pid && (await statOf(pid))?.[of] === leader && (await isOfOurUser(pid))) found.push(pid);
  }
  return found;
}

async function isOfOurUser(pid: number): Promise<boolean> {
  const there = await stat(`/proc/${pid}`).catch(() => null);
  return there?.uid === process.geteuid?.();
}
