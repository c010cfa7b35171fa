import { mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { newCallId } from "../src/process/run-process.ts";

/** Where the processes of a test work, and what they carry. */
export interface ProcessPlace {
  readonly folder: string;
  readonly tag: string;
}

export async function openProcessPlace(): Promise<ProcessPlace> {
  return { folder: await realpath(await mkdtemp(path.join(tmpdir(), "uv-mre-process-"))), tag: `test-${newCallId()}` };
}

/** Removes the folder, and names the files that were left in it. */
export async function closeProcessPlace({ folder }: ProcessPlace): Promise<string[]> {
  const files = await readdir(folder);
  await rm(folder, { recursive: true });
  return files;
}
