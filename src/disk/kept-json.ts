import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { writeAtomically } from "./atomic-write.ts";

/**
 * Values in the cache as JSON with its own SHA-256: a file that is empty, `null`, half there, or of which one byte is another,
 * is as good as none, and what it held is found out again.
 */
const HEAD = /^\{"sha256":"([0-9a-f]{64})","value":/;

/** Readers see all of it or none. `mode` is the file's; others may read it unless said. */
export async function writeKept(file: string, value: unknown, mode?: number): Promise<void> {
  await writeAtomically(file, keptText(value), mode);
}

export function keptText(value: unknown): string {
  const body = JSON.stringify(value);
  return `{"sha256":"${digestOf(body)}","value":${body}}`;
}

/** What was written, by this or another version of ours; `null` where nothing was, or where it was damaged. */
export async function readKept(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch(() => "");
  const digest = HEAD.exec(text)?.[1];
  if (digest === undefined) return null;
  const body = text.slice(text.indexOf('"value":') + '"value":'.length, -1);
  return digestOf(body) === digest && text.endsWith("}") ? JSON.parse(body) : null;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
