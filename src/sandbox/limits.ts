import { readFileSync } from "node:fs";
import { release, totalmem } from "node:os";
import { isAtLeast } from "./version-at-least.ts";

/** What one run in the sandbox may have of the machine; more than any scenario of uv's needs. */
export const LIMITS = {
  /** Processes and threads at once. */
  processes: 2_000,
  /** Of one file, and so of what a step prints, and of each folder in memory; bytes. */
  fileBytes: 2 ** 30,
} as const;

/** Below this the kernel gives no number to a process, once it has counted through. */
const RESERVED_PIDS = 300;
/** From here on a limit on a user's processes counts those of a user namespace apart. */
const COUNTS_BY_NAMESPACE = [5, 14] as const;
/** From here on each process namespace has a `pid_max` of its own; before, it would be the machine's. */
const HAS_OWN_PID_MAX = [6, 14] as const;
const LEAST_MEMORY_BYTES = 2 ** 31;

/** For the namespace of a run's processes; `null` where this kernel has but one for all. */
export function pidMax(kernel = release()): number | null {
  return isAtLeast(kernel, HAS_OWN_PID_MAX) ? LIMITS.processes + RESERVED_PIDS : null;
}

/** What each process of a run may have, as prlimit, Python and Docker name it. */
export function processLimits(): { readonly option: string; readonly name: string; readonly value: number }[] {
  return [
    { option: "fsize", name: "Max file size", value: LIMITS.fileBytes },
    { option: "data", name: "Max data size", value: memoryBytes() },
    { option: "core", name: "Max core file size", value: 0 },
  ];
}

/** As words `NAME=VALUE`, what each process of a run may have. The limit on processes holds for everyone but root. */
export function limitWords(kernel = release(), limits = readOwn()): string[] {
  const wanted = [
    ...processLimits(),
    ...(isAtLeast(kernel, COUNTS_BY_NAMESPACE) ? [{ option: "nproc", name: "Max processes", value: LIMITS.processes }] : []),
  ];
  // What we have ourselves cannot be raised.
  return wanted.map(({ option, name, value }) => `${option}=${Math.min(value, hardLimit(limits, name))}`);
}

/** The second number of a line of `/proc/self/limits`. */
function hardLimit(limits: string, name: string): number {
  const hard = new RegExp(`^${name} +\\S+ +(\\d+)`, "m").exec(limits)?.[1];
  return hard === undefined ? Infinity : Number(hard);
}

let own: string | null = null;

function readOwn(): string {
  return (own ??= readFileSync("/proc/self/limits", "utf8"));
}

/** What one process may write to in memory: half of what there is. */
export function memoryBytes(): number {
  const constrained = process.constrainedMemory() || Infinity;
  return Math.max(LEAST_MEMORY_BYTES, Math.floor(Math.min(totalmem(), constrained) / 2));
}
