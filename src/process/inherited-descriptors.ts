import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";

const CLOSED_ON_EXEC = 0o2000000;
/** Node has more than these open whatever it does. */
const HIGHEST_ORDINARY = 8;

let highest: number | null = null;
let nothing: number | null = null;

/**
 * What a child gets in the places from `first` on where it would have a descriptor that whoever started us left open, and
 * that we cannot close: nothing, which is `/dev/null`. Node closes its own.
 */
export function insteadOfInherited(first: number): number[] {
  // Asked once: none comes later.
  highest ??= Math.max(0, ...inherited());
  const places = Math.max(0, highest + 1 - first);
  if (places === 0) return [];
  nothing ??= openSync("/dev/null", "r");
  const open = nothing;
  return Array.from({ length: places }, () => open);
}

/**
 * Keeps every number below `count` in use until it is disposed of. Node's own pipe, by which a child tells why it could not be
 * started, would else get one of those that the child is given, and be overwritten there.
 */
export function occupyBelow(count: number): Disposable {
  const held: number[] = [];
  // What is ordinary is in use in any case.
  let descriptor = count > HIGHEST_ORDINARY ? 0 : count;
  while (descriptor < count) {
    descriptor = openSync("/dev/null", "r");
    held.push(descriptor);
  }
  return {
    [Symbol.dispose]() {
      for (const descriptor of held) closeSync(descriptor);
    },
  };
}

function inherited(): number[] {
  if (process.platform !== "linux") return [];
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
