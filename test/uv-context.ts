import { deepStrictEqual } from "node:assert";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { zipSync } from "fflate";
import type { PythonInfo } from "../src/observation/process.ts";
import { createProcessIdentity } from "../src/process/process-identity.ts";
import { createRunProcess } from "../src/process/run-process.ts";
import type { UvContext } from "../src/uv/context.ts";
import { findPython } from "../src/uv/python.ts";

/** Kept between test runs; for tests that need a release but are not about installing one. */
export const SHARED_CACHE = path.join(tmpdir(), "uv-mre-test-cache");

/** Nothing listens there: what an index is like without network. */
export const DEAD_INDEX = "http://127.0.0.1:9/simple";

export const OFFLINE = { PIP_INDEX_URL: DEAD_INDEX, UV_DEFAULT_INDEX: DEAD_INDEX, PIP_FIND_LINKS: "" };

export interface TestPlace extends AsyncDisposable {
  readonly folder: string;
  readonly cacheDir: string;
  readonly python: PythonInfo;
  /** A context with a cache of its own, without a uv on PATH. */
  context(changes?: Partial<UvContext>, env?: Readonly<Record<string, string>>): UvContext;
  /** What is left in the cache's staging folder. */
  staged(): Promise<string[]>;
}

export async function openTestPlace(): Promise<TestPlace> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "uv-mre-uv-")));
  const cacheDir = path.join(folder, "cache");
  const run = createRunProcess({ tag: `uv-test-${path.basename(folder)}` });
  const env = hostEnvironment();
  await mkdir(SHARED_CACHE, { recursive: true });
  const python = await findPython({ env, cwd: folder, cacheDir: SHARED_CACHE, workDir: folder, run });
  const identity = await createProcessIdentity();
  return {
    folder,
    cacheDir,
    python,
    context: (changes = {}, more = {}) => ({
      cacheDir,
      workDir: folder,
      env: { ...env, PATH: "/usr/bin:/bin", ...more },
      run,
      identity,
      python: async () => python,
      ...changes,
    }),
    staged: () => readdir(path.join(cacheDir, "staging")).catch(() => []),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Staging is empty when a test ends, or what it did is not over. */
export async function closeTestPlace(place: TestPlace): Promise<void> {
  const staged = await place.staged();
  await place[Symbol.asyncDispose]();
  deepStrictEqual(staged, []);
}

export function hostEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * Settings under which pip finds only the given releases of "uv", each a wheel whose binary is a shell script. Their
 * versions should be below every bootstrap's, or they would be asked to install the next.
 */
export async function fakeReleases(folder: string, scripts: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const wheels = path.join(folder, "wheels");
  await mkdir(wheels, { recursive: true });
  for (const [version, script] of Object.entries(scripts)) {
    await writeFile(path.join(wheels, `uv-${version}-py3-none-any.whl`), wheel(version, script));
  }
  return { PIP_NO_INDEX: "1", PIP_FIND_LINKS: wheels };
}

/** What a release that works says of itself. */
export function says(version: string): string {
  return `#!/bin/sh\necho "uv ${version}"\n`;
}

function wheel(version: string, script: string): Uint8Array {
  const info = `uv-${version}.dist-info`;
  const files: Record<string, Uint8Array> = {
    "uv/__init__.py": new Uint8Array(),
    [`${info}/METADATA`]: text(`Metadata-Version: 2.1\nName: uv\nVersion: ${version}\n`),
    [`${info}/WHEEL`]: text("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
  };
  if (script !== "") files[`uv-${version}.data/scripts/uv`] = text(script);
  const lines = Object.entries(files).map(([name, bytes]) => {
    return `${name},sha256=${createHash("sha256").update(bytes).digest("base64url")},${bytes.length}`;
  });
  files[`${info}/RECORD`] = text([...lines, `${info}/RECORD,,`, ""].join("\n"));
  const executable = { os: 3, attrs: 0o100755 << 16 };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, [bytes, executable]])));
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}
