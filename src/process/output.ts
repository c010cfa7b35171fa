import { readlinkSync } from "node:fs";
import { open, rm, type FileHandle } from "node:fs/promises";
import path from "node:path";

/** Bytes of stdout or stderr that are kept; from more, the start and the end. */
export const OUTPUT_LIMIT = 20_000_000;

/**
 * A file that a child writes straight into. Not a pipe: uv's grandchildren hold pipes open, and a reader would
 * wait for them. Disposing removes it.
 */
export interface OutputFile extends AsyncDisposable {
  readonly fd: number;
  /** Where it is by now. Linux only. */
  place(): string;
  /** What was written, decoded; `cut`: the middle of it is left out. */
  read(): Promise<{ readonly text: string; readonly cut: boolean }>;
}

export async function openOutput(folder: string, name: string): Promise<OutputFile> {
  const file = path.join(folder, name);
  // Append: two descriptors on one file would otherwise overwrite each other.
  const handle = await open(file, "ax+", 0o600);
  return {
    fd: handle.fd,
    place: () => placeOf(handle),
    read: () => readCapped(handle),
    async [Symbol.asyncDispose]() {
      await handle.close();
      await rm(file, { force: true });
    },
  };
}

/** The path of an open file, whatever it was opened by. */
export function placeOf({ fd }: FileHandle): string {
  return readlinkSync(`/proc/self/fd/${fd}`);
}

/**
 * The whole text up to `limit` bytes; from more, the first and last lines with a note between. Cut at line ends
 * only: half of a secret at a cut would not be recognised, and so not be redacted.
 */
export async function readCapped(
  handle: FileHandle,
  limit: number = OUTPUT_LIMIT,
): Promise<{ readonly text: string; readonly cut: boolean }> {
  const { size } = await handle.stat();
  if (size <= limit) return { text: decode(await readAt(handle, 0, size)), cut: false };
  const half = Math.floor(limit / 2);
  const head = await readAt(handle, 0, half);
  const tail = await readAt(handle, size - half, half);
  const newline = 0x0a;
  const keptHead = head.subarray(0, head.lastIndexOf(newline) + 1);
  const firstEnd = tail.indexOf(newline);
  const keptTail = firstEnd < 0 ? tail.subarray(half) : tail.subarray(firstEnd + 1);
  const left = size - keptHead.length - keptTail.length;
  return { text: `${decode(keptHead)}[uv-mre: ${left} bytes left out]\n${decode(keptTail)}`, cut: true };
}

async function readAt(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
