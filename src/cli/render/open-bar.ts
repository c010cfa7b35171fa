import { isLive, paintFor } from "./paint.ts";
import type { Bar } from "./bar.ts";

/** A bar on standard error where that is a terminal, else its lines alone. */
export async function openBar(): Promise<Bar> {
  const { createBar, plainLines } = await import("./bar.ts");
  return isLive(process.stderr, process.env)
    ? createBar(process.stderr, paintFor(process.stderr, process.env))
    : plainLines(process.stderr);
}
