import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ProcessResult, RunProcess } from "../observation/process.ts";
import { toolEnvironment } from "./environment.ts";

/** What calling uv and pip for the harness's own work needs of the outside; handed in, never looked up. */
export interface Caller {
  /** The user's own environment, so that a company's mirror, proxy and CA work. */
  readonly env: Readonly<Record<string, string>>;
  readonly run: RunProcess;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 300_000;

/**
 * Runs uv or pip in a folder of ours, with the user's settings of where things come from; what it caches goes with the folder.
 * `more` goes on top of the environment. Throws the signal's reason after an abort.
 */
export async function callTool(
  caller: Caller,
  folder: string,
  [file, ...args]: readonly [file: string, ...args: string[]],
  more: Readonly<Record<string, string>> = {},
): Promise<ProcessResult> {
  const outputDir = path.join(folder, "output");
  await mkdir(outputDir, { recursive: true });
  // uv looks for settings from here upwards and stops at the first file: a project around our cache must not count.
  await writeFile(path.join(folder, "uv.toml"), "");
  const result = await caller.run({
    file,
    args,
    cwd: folder,
    env: { ...toolEnvironment(caller.env, folder), ...more },
    stdin: null,
    timeoutMs: TIMEOUT_MS,
    outputDir,
    ...(caller.signal === undefined ? {} : { signal: caller.signal }),
  });
  caller.signal?.throwIfAborted();
  return result;
}
