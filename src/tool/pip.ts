import { readdir } from "node:fs/promises";
import path from "node:path";
import { keepTree } from "../disk/kept-tree.ts";
import type { CacheOwner } from "../disk/staging.ts";
import type { ProcessResult, PythonInfo } from "../observation/process.ts";
import { UserError } from "../scenario/error.ts";
import { type Caller, callTool } from "./call.ts";
import { complaintOf } from "./complaint.ts";

export interface PipTools extends Caller, CacheOwner {
  python(): Promise<PythonInfo>;
  /** Fetches a pip where the Python has none; `null`: none is at hand. */
  uv(): Promise<string | null>;
}

/** Runs pip in a folder, or says why there is none. */
export type Pip = (folder: string, args: readonly string[], more?: Readonly<Record<string, string>>) => Promise<ProcessResult | string>;

// Distributions (Debian) keep the wheels elsewhere, and say where at build time.
const BUNDLED = 'import ensurepip as e,os;print(getattr(e,"_WHEEL_PKG_DIR",None) or os.path.join(os.path.dirname(e.__file__),"_bundled"))';
const NONE = "the chosen Python has no pip; install it (Debian: python3-pip)";

/**
 * pip on the chosen Python: its own, else one that uv fetches into our cache once, else the one that Python carries for
 * making environments, which runs from its wheel.
 */
export function openPip(tools: PipTools): Pip {
  let other: Promise<{ readonly place: string } | { readonly why: string }> | null = null;
  return async (folder, args, more = {}) => {
    const { file } = await tools.python();
    const command = [file, "-m", "pip", ...args] as const;
    if (other === null) {
      const own = await callTool(tools, folder, command, more);
      if (!lacksPip(own)) return own;
    }
    const found = await (other ??= otherPip(tools, folder, file));
    return "why" in found ? found.why : callTool(tools, folder, command, { ...more, PYTHONPATH: found.place });
  };
}

function lacksPip(result: ProcessResult): boolean {
  return result.exit === 1 && /No module named '?pip\b/.test(result.stderr);
}

async function otherPip(tools: PipTools, folder: string, python: string): Promise<{ place: string } | { why: string }> {
  const uv = await tools.uv();
  const fetched = uv === null ? NONE : await fetchedPip(tools, uv, python);
  if (typeof fetched !== "string") return fetched;
  const bundled = await bundledPip(tools, folder, python);
  return bundled === null ? { why: fetched } : { place: bundled };
}

async function fetchedPip(tools: PipTools, uv: string, python: string): Promise<{ place: string } | string> {
  try {
    const place = await keepTree(tools, path.join(tools.cacheDir, "pip"), async (target, scratch) => {
      const flags = ["--quiet", "--no-deps", "--only-binary", "pip", "--python", python, "--target", target];
      const result = await callTool(tools, scratch, [uv, "pip", "install", ...flags, "pip"]);
      if (result.exit !== 0) throw new UserError(`the chosen Python has no pip, and uv cannot fetch one\n${complaintOf(result)}`);
    });
    return { place };
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

async function bundledPip(tools: PipTools, folder: string, python: string): Promise<string | null> {
  const { exit, stdout } = await callTool(tools, folder, [python, "-c", BUNDLED]);
  if (exit !== 0) return null;
  const names = await readdir(stdout.trim()).catch(() => []);
  const wheel = names.find((name) => /^pip-.*\.whl$/.test(name));
  return wheel === undefined ? null : path.join(stdout.trim(), wheel);
}
