import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ProcessResult } from "../observation/process.ts";
import type { UvContext } from "./context.ts";
import { registryEnvironment } from "./registry-environment.ts";

const LONGEST_LINE = 300;
const TIMEOUT_MS = 300_000;

/**
 * Runs uv or pip with the person's registry settings in a folder of ours; what it caches goes with the folder.
 * Throws the signal's reason after an abort.
 */
export async function callTool(
  context: UvContext,
  folder: string,
  command: readonly [file: string, ...args: string[]],
  env: Readonly<Record<string, string>> = {},
): Promise<ProcessResult> {
  const cwd = path.join(folder, "cwd");
  await mkdir(cwd, { recursive: true });
  // uv looks for settings from here upwards and stops at the first file: a project around our cache must not count.
  await writeFile(path.join(cwd, "uv.toml"), "");
  const [file, ...args] = command;
  const result = await context.run({
    file,
    args,
    cwd,
    env: { ...registryEnvironment(context.env, { cache: path.join(folder, "cache") }), ...env },
    stdin: null,
    timeoutMs: TIMEOUT_MS,
    outputDir: folder,
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  context.signal?.throwIfAborted();
  return result;
}

/** The end of what a tool said went wrong, without the credentials that a mirror's URL may hold. */
export function complaintOf(result: ProcessResult): string {
  if (result.spawnError !== null) return result.spawnError;
  if (result.timedOut) return `still running after ${TIMEOUT_MS / 1_000} s`;
  const text = result.stderr.trim() === "" ? result.stdout : result.stderr;
  // pip tells of the network in a warning only.
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !/^\s*warning:(?! Retrying)/i.test(line));
  const told = lines
    .slice(-6)
    // pip lists every release that there is.
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line))
    .join("\n")
    .replaceAll(/\/\/[^/\s@]+@/g, "//***@");
  return told === "" ? `ended with ${result.signal ?? `exit status ${result.exit}`}` : told;
}
