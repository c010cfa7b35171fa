import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Files of the wheelhouse never change under one path, so what was read once is true as long as the gateway stands. */
export interface FileMemory {
  /** A whole file's bytes; `null` for one too large to be held. Throws where it can't be read. */
  bytesOf(path: string): Buffer | null;
}

/** Holds files up to `limit` bytes in all; beyond it those read first go first. */
export function createFileMemory(limit: number): FileMemory {
  const held = new Map<string, Buffer>();
  let total = 0;
  return {
    bytesOf(path) {
      const known = held.get(path);
      if (known !== undefined) return known;
      const bytes = readUpTo(path, limit / 4);
      if (bytes === null) return null;
      held.set(path, bytes);
      total += bytes.length;
      for (const [oldest, { length }] of held) {
        if (total <= limit) break;
        held.delete(oldest);
        total -= length;
      }
      return bytes;
    },
  };
}

function readUpTo(path: string, largest: number): Buffer | null {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size > largest) return null;
    const bytes = Buffer.allocUnsafe(size);
    const read = readSync(file, bytes, 0, size, 0);
    if (read !== size) throw new Error(`${path} ends after ${read} of ${size} bytes`);
    return bytes;
  } finally {
    closeSync(file);
  }
}
