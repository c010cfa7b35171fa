import { readdirSync, readFileSync } from "node:fs";

const CLOSED_ON_EXEC = 0o2000000;

let highest: number | null = null;

/**
 * The highest descriptor that whoever started us left open, and that every child would have; 0: none. Node closes its own. Asked
 * once: none comes later.
 */
export function highestInherited(): number {
  highest ??= Math.max(0, ...inherited());
  return highest;
}

function inherited(): number[] {
  return readdirSync("/proc/self/fdinfo").map(Number).filter(isLeftOpen);
}

function isLeftOpen(descriptor: number): boolean {
  if (descriptor < 3) return false;
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1] ?? "";
    return (Number.parseInt(flags, 8) & CLOSED_ON_EXEC) === 0;
  } catch {
    return false; // It was the one by which the folder was read.
  }
}
