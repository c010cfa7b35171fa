import { realpath } from "node:fs/promises";
import { readRegular } from "../../disk/regular-file.ts";

const LARGEST = 16_000_000;

/** The text of a user's own file, links followed; `null` where there is none, or none that can be read as one. */
export async function readText(file: string): Promise<string | null> {
  const real = await realpath(file).catch(() => null);
  return real === null ? null : ((await readRegular(real, LARGEST).catch(() => null))?.toString("utf8") ?? null);
}
