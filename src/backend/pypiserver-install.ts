import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { keepTree } from "../disk/kept-tree.ts";
import type { ProcessIdentity, PythonInfo, RunProcess } from "../observation/process.ts";
import { UserError } from "../scenario/error.ts";
import { callTool } from "../tool/call.ts";
import { complaintOf } from "../tool/complaint.ts";
import { pypiserverFolder } from "./pypiserver-files.ts";

export interface InstallOptions {
  readonly cacheDir: string;
  readonly python: PythonInfo;
  /** The uv that installs: not the one under test. */
  readonly uv: string;
  readonly run: RunProcess;
  readonly identity: ProcessIdentity;
  /** The user's environment, so that a company's mirror works. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Installs the pinned pypiserver, hash-checked, once a Python version, and returns the folder for `PYTHONPATH`.
 * Cut off or done twice at once, it leaves a whole folder or none.
 */
export async function ensurePypiserver(options: InstallOptions): Promise<string> {
  const { cacheDir, python, uv, run, identity, env } = options;
  const [major = 0, minor = 0] = python.version.split(".").map(Number);
  if (major < 3 || (major === 3 && minor < 10)) {
    throw new UserError(
      `pypiserver needs Python 3.10 or newer; ${python.file} is ${python.version} (--python or UV_MRE_PYTHON names another)`,
    );
  }
  const requirements = path.join(pypiserverFolder(), "requirements.txt");
  const key = createHash("sha256")
    .update(`${major}.${minor}\n`)
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 16);
  return keepTree({ cacheDir, identity }, path.join(cacheDir, "pypiserver", key), async (target, scratch) => {
    const flags = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--compile-bytecode"];
    const where = ["--target", target, "--python", python.file, "--requirement", requirements];
    const result = await callTool({ env, run }, scratch, [uv, "pip", "install", ...flags, ...where]);
    if (result.exit === 0) return;
    throw new UserError(`pypiserver could not be installed (the network, or a mirror that lacks it?): ${complaintOf(result)}`);
  });
}
