import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** For tests of one effect, which may not lean on another: the machine's own tools, and a folder to try them in. */

const runFile = promisify(execFile);

export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "uv-mre-test-")));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The real Python behind any version manager's shim. */
export async function realPython(): Promise<{ file: string; version: string }> {
  const script = "import sys, os, platform; print(os.path.realpath(sys.executable)); print(platform.python_version())";
  const { stdout } = await runFile("python3", ["-c", script]);
  const [file = "", version = ""] = stdout.trim().split(/\r?\n/);
  return { file, version };
}

/** A uv: the one on PATH, else one that pip installs once for all tests. */
export async function someUv(): Promise<string> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    if (existsSync(join(folder, "uv"))) return await realpath(join(folder, "uv"));
  }
  return await pipInstalledUv(null);
}

/** One release of uv, or the newest. */
export async function pipInstalledUv(version: string | null): Promise<string> {
  const base = join(tmpdir(), "uv-mre-test-cache", "tools");
  const target = join(base, `uv-${version ?? "newest"}`);
  const file = join(target, "bin", "uv");
  if (existsSync(file)) return file;
  await mkdir(base, { recursive: true });
  const partial = await mkdtemp(join(base, "partial-"));
  const { file: python } = await realPython();
  const requirement = version === null ? "uv" : `uv==${version}`;
  await runFile(python, ["-m", "pip", "install", "-q", "--no-deps", "--no-warn-script-location", "--target", partial, requirement]);
  // Another test may have been faster; its copy is as good.
  await rename(partial, target).catch(() => rm(partial, { recursive: true, force: true }));
  return file;
}
