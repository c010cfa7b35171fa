import { createHash } from "node:crypto";
import { open, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../scenario/error.ts";
import { isVersion } from "../scenario/version.ts";
import type { UvContext } from "./context.ts";
import { isExecutable } from "../disk/executable.ts";

/** A uv that can be run. */
export interface UvBinary {
  /** Real path. */
  readonly file: string;
  /** As `uv --version` says. */
  readonly version: string;
}

/** A uv that is put to the test. */
export interface Release extends UvBinary {
  /** Of the binary, in hexadecimal. */
  readonly sha256: string;
  /** `release`: installed from the package index; `binary`: a path that the user gave. */
  readonly spec: "release" | "binary";
}

const TIMEOUT_MS = 30_000;

/** A binary of the user's own, for example one they built. Throws `UserError` where it is no uv that runs. */
export async function binaryRelease(context: Pick<UvContext, "run" | "workDir">, file: string, cwd: string): Promise<Release> {
  const absolute = path.resolve(cwd, file);
  if (!(await isExecutable(absolute))) throw new UserError(`${file}: ${await whyNoBinary(absolute)}`);
  const real = await realpath(absolute);
  const version = await askVersion(context, real);
  if (!("version" in version)) throw new UserError(`${file}: not a uv that runs here: ${version.why}`);
  return { file: real, version: version.version, sha256: await sha256Of(real), spec: "binary" };
}

async function whyNoBinary(file: string): Promise<string> {
  const entry = await stat(file).catch(() => null);
  if (entry?.isDirectory() !== true) return "no such file, or not executable";
  const inside = path.join(file, process.platform === "win32" ? "uv.exe" : "uv");
  return `is a folder; name the uv binary${(await isExecutable(inside)) ? `, which is ${inside}` : ""}`;
}

/** What `uv --version` says, in an environment without any setting; or why it says nothing. */
export async function askVersion(
  context: Pick<UvContext, "run" | "workDir">,
  file: string,
): Promise<{ readonly version: string } | { readonly why: string }> {
  const systemRoot = process.platform === "win32" ? { SystemRoot: path.parse(process.execPath).root + "Windows" } : {};
  const result = await context.run({
    file,
    args: ["--version"],
    cwd: context.workDir,
    env: { ...systemRoot },
    stdin: null,
    timeoutMs: TIMEOUT_MS,
    outputDir: context.workDir,
  });
  if (result.spawnError !== null) return { why: result.spawnError };
  const version = /^uv (\S+)/.exec(result.stdout)?.[1];
  if (result.exit === 0 && version !== undefined && isVersion(version)) return { version };
  const said = (result.stderr.trim() === "" ? result.stdout : result.stderr).trim().split("\n").at(-1)?.slice(0, 300) ?? "";
  return { why: `uv --version ended with ${result.signal ?? result.exit} and said "${said}"` };
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await using handle = await open(file);
  // One buffer for all of it: a stream's chunks stay in memory until the next collection, 60 MB for each release.
  const buffer = Buffer.allocUnsafe(1 << 20);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return hash.digest("hex");
    hash.update(buffer.subarray(0, bytesRead));
  }
}
