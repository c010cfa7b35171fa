import type { Bar } from "./bar.ts";
import { isLive, paintFor, type TerminalStream } from "./paint.ts";

/** A bar on standard error where that is a terminal, else its lines alone. */
export async function openBar(): Promise<Bar> {
  const stream = process.stderr;
  if (!isLive(stream, process.env)) return plainLines(stream);
  // What draws it takes a while to load.
  const { createBar } = await import("./bar.ts");
  return createBar(stream, paintFor(stream, process.env));
}

/** A bar where no line can be rewritten: what stays is written, and nothing else. */
export function plainLines(stream: TerminalStream): Bar {
  return {
    live: false,
    update() {},
    line(text) {
      stream.write(`${text}\n`);
    },
    end() {},
  };
}
