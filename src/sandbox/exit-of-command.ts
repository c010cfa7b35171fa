import { readFile } from "node:fs/promises";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { ProcessEnd } from "../observation/process.ts";
import { WAITER } from "./bubblewrap.ts";

const POLL_MS = 1;
const DEADLINE_MS = 10_000;
/** A shell says nothing of this one. */
const SIGPIPE_STATUS = 141;

/** How a command ended, by what `waiter.sh` wrote and how bwrap ended. What the shell said before the last line is its remark on a signal. */
export function endingOf(status: string, bwrap: ProcessEnd): ProcessEnd & { readonly spawnError?: string } {
  const match = /^(?<remark>.*?)exit (?<code>\d{1,3})\n$/s.exec(status);
  // The waiter ended with its command, as a shell does on SIGINT, or all was killed.
  if (match === null) {
    if (bwrap.exit === null) return bwrap;
    return bwrap.exit > 128 ? bySignal(bwrap.exit - 128) : { ...bwrap, spawnError: "the sandbox could not be made" };
  }
  const { remark = "", code = "" } = match.groups ?? {};
  const exit = Number(code);
  if (exit > 128 && (remark !== "" || exit === SIGPIPE_STATUS)) return bySignal(exit - 128);
  return { exit, signal: null };
}

/** Why a command was not started, as the waiter's shell says it on what is the command's own stderr; `null`: it was. */
export function notStarted({ exit }: Pick<ProcessEnd, "exit">, stderr: string): string | null {
  if (exit !== 126 && exit !== 127) return null;
  const [, said = null] = /^\S+: (?:line )?\d+: (.*)$/.exec(lastLine(stderr)) ?? [];
  return lastLine(stderr).startsWith(`${WAITER}: `) ? said : null;
}

export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

/** An end by the signal with that number. */
export function bySignal(number: number): ProcessEnd {
  const named = Object.entries(constants.signals).find(([, each]) => each === number)?.[0];
  return { exit: null, signal: named ?? `signal ${number}` };
}

/**
 * Resolves when the first process of a sandbox is gone, and with it, as the kernel ends them, all others. `holder` is the
 * process in whose namespaces bwrap ran, which counted that one.
 */
export async function allGone(info: string, holder: number): Promise<void> {
  const pid = Number(/"child-pid":\s*(\d+)/.exec(info)?.[1] ?? 0);
  if (pid === 0) return;
  const deadline = performance.now() + DEADLINE_MS;
  while (await isThere(`/proc/${holder}/root/proc/${pid}/stat`)) {
    if (performance.now() > deadline) throw new Error(`the sandbox did not end: process ${pid} is still there`);
    await delay(POLL_MS);
  }
}

async function isThere(file: string): Promise<boolean> {
  const stat = await readFile(file, "utf8").catch(() => null);
  // After the name, which may hold anything; a zombie's namespace is empty already.
  return stat !== null && stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z";
}
