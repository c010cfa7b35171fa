import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** The ids of all processes that Linux shows. */
export function processIds(): string[] {
  return readdirSync("/proc").filter((name) => Number.isInteger(Number(name)));
}

/** What Linux says of a process in `/proc/PID/stat`; `null` if there is none, or only its exit status is left. */
export async function statOf(pid: number): Promise<{ readonly group: number; readonly session: number; readonly start: string } | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  // From field 3 on, after the name, which may itself hold blanks and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  const [state, group, session, start] = [fields[0], fields[2], fields[3], fields[19]];
  return state === "Z" || start === undefined ? null : { group: Number(group), session: Number(session), start };
}
