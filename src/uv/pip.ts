import { readdir } from "node:fs/promises";
import path from "node:path";
import type { ProcessResult } from "../observation/process.ts";
import { uvAtHand } from "./at-hand.ts";
import type { UvContext } from "./context.ts";
import { callTool } from "./tool-call.ts";

const BUNDLED = 'import ensurepip,os;print(os.path.join(os.path.dirname(ensurepip.__file__),"_bundled"))';

/**
 * Runs pip on the chosen Python: its own, else the one that Python carries for making environments, which runs from
 * its wheel, else one that a uv at hand fetches for this call. `null` if there is none.
 */
export async function callPip(context: UvContext, folder: string, args: readonly string[]): Promise<ProcessResult | null> {
  const { file } = await context.python();
  const own = await callTool(context, folder, [file, "-m", "pip", ...args]);
  if (!lacksPip(own)) return own;
  const place = (await bundledPip(context, folder, file)) ?? (await fetchedPip(context, folder, file));
  return place === null ? null : callTool(context, folder, [file, "-m", "pip", ...args], { PYTHONPATH: place });
}

function lacksPip(result: ProcessResult): boolean {
  return result.exit === 1 && /No module named '?pip\b/.test(result.stderr);
}

async function bundledPip(context: UvContext, folder: string, python: string): Promise<string | null> {
  const { exit, stdout } = await callTool(context, folder, [python, "-c", BUNDLED]);
  if (exit !== 0) return null;
  const names = await readdir(stdout.trim()).catch(() => []);
  const wheel = names.find((name) => /^pip-.*\.whl$/.test(name));
  return wheel === undefined ? null : path.join(stdout.trim(), wheel);
}

async function fetchedPip(context: UvContext, folder: string, python: string): Promise<string | null> {
  const uv = await uvAtHand(context);
  if (uv === null) return null;
  const target = path.join(folder, "pip");
  const flags = ["--quiet", "--no-deps", "--only-binary", "pip", "--python", python, "--target", target];
  const { exit } = await callTool(context, folder, [uv.file, "pip", "install", ...flags, "pip"]);
  return exit === 0 ? target : null;
}
