import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { realPython, someUv } from "../real-tools.ts";

const runFile = promisify(execFile);
const CACHE = join(tmpdir(), "uv-mre-test-cache");

/** setuptools: devpi asks for pkg_resources, which newer ones lack. */
const REGISTRIES = {
  pypiserver: ["pypiserver[passlib]==2.4.2", "setuptools<81"],
  devpi: ["devpi-server==6.20.3", "setuptools<81"],
} as const;

/** The `bin` of a venv with a real registry, made once for all tests. Venvs cannot be moved: it is made at its place. */
export function registryCommands(kind: keyof typeof REGISTRIES): Promise<string> {
  return madeOnce(`capture-${kind}`, REGISTRIES[kind]);
}

async function madeOnce(name: string, requirements: readonly string[]): Promise<string> {
  const folder = join(CACHE, name);
  const ready = join(folder, "ready");
  if (existsSync(ready)) return join(folder, "bin");
  await mkdir(CACHE, { recursive: true });
  const lock = join(CACHE, `${name}.lock`);
  try {
    await mkdir(lock);
  } catch {
    throw new Error(`${lock}: another test makes it, or one was killed while it did; remove it and start again`);
  }
  try {
    const uv = await someUv();
    const { file: python } = await realPython();
    await runFile(uv, ["venv", "-q", "--clear", "--python", python, folder]);
    await runFile(uv, ["pip", "install", "-q", "--python", join(folder, "bin", "python"), ...requirements]);
    await mkdir(ready);
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
  return join(folder, "bin");
}
