import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { ProcessResult, PythonInfo, RunProcess } from "../observation/process.ts";

/** What fetching needs of the outside; handed in, never looked up. */
export interface Tools {
  /** A uv that is at hand; not the release under test. */
  readonly uv: string;
  readonly python: PythonInfo;
  readonly run: RunProcess;
  /** The person's own environment, so that a company's mirror, proxy and CA work. */
  readonly env: Readonly<Record<string, string>>;
  readonly cacheDir: string;
  readonly signal?: AbortSignal;
}

/** What a package's own code may do while it is fetched. */
export interface BuildRule {
  /** No sdist is asked for anything: its build code would run with the user's rights. */
  readonly wheelsOnly: boolean;
}

/** Settings of the person's that would change which files come, or where they land, and not from where. */
const MEDDLING =
  /^(?:PIP_(?:NO_CACHE_DIR|TARGET|PREFIX|ROOT|USER|DEST|DEST_DIR|REQUIREMENT|CONSTRAINT|EDITABLE|PYTHON|PLATFORM|ABI|NO_BINARY|ONLY_BINARY|PREFER_BINARY|PRE|NO_DEPS|QUIET|VERBOSE|REQUIRE_VIRTUALENV|REQUIRE_HASHES|DRY_RUN|REPORT)|UV_(?:EXCLUDE_NEWER.*|PYTHON|PYTHON_PREFERENCE|CONSTRAINT|BUILD_CONSTRAINT|OVERRIDE|EXCLUDE|PRERELEASE|RESOLUTION|FORK_STRATEGY|NO_BINARY.*|NO_BUILD.*|ONLY_BINARY|CUSTOM_COMPILE_COMMAND|PROJECT|WORKING_DIR.*|LINK_MODE|TARGET|SYSTEM_PYTHON|FROZEN|LOCKED)|VIRTUAL_ENV|PYTHONPATH|PYTHONHOME)$/i;

const TIMEOUT_MS = 300_000;

/**
 * Runs uv or pip in a folder of its own with the person's environment, except what would change the outcome. Their caches
 * are in that folder and go with it: what they fetched is kept by the wheelhouse.
 */
export async function runTool(tools: Tools, file: string, args: readonly string[], cwd: string): Promise<ProcessResult> {
  const kept = Object.entries(tools.env).filter(([name]) => !MEDDLING.test(name));
  const env = {
    ...Object.fromEntries(kept),
    UV_CACHE_DIR: join(cwd, "uv-cache"),
    PIP_CACHE_DIR: join(cwd, "pip-cache"),
    PIP_NO_INPUT: "1",
  };
  const outputDir = join(cwd, "output");
  await mkdir(outputDir, { recursive: true });
  // uv looks for settings from here upwards; this one ends the search, and the person's own still hold.
  await writeFile(join(cwd, "uv.toml"), "");
  const result = await tools.run({
    file,
    args,
    cwd,
    env,
    stdin: null,
    timeoutMs: TIMEOUT_MS,
    outputDir,
    ...(tools.signal === undefined ? {} : { signal: tools.signal }),
  });
  tools.signal?.throwIfAborted();
  if (result.spawnError !== null) throw new Error(`could not start ${file}: ${result.spawnError}`);
  return result;
}

/** The tail of what a tool complained, without the credentials that a mirror's URL may hold. */
export function complaint(result: ProcessResult): string {
  if (result.timedOut) return `it was still running after ${TIMEOUT_MS / 1000} s`;
  const text = result.stderr.trim() === "" ? result.stdout : result.stderr;
  return text
    .trim()
    .split(/\r?\n/)
    .slice(-12)
    .join("\n")
    .replaceAll(/\/\/[^/\s@]+@/g, "//***@");
}

/** Whether a tool failed because it could not reach its index; both say so in several ways. */
export function blamesTheNetwork(result: ProcessResult): boolean {
  return (
    result.timedOut ||
    /failed to fetch|error sending request|could not connect|connection (?:refused|reset|broken|error|failed)|retrying \(|timed out|dns error|name resolution|network connectivity|proxyerror|sslerror|UV_OFFLINE|network was disabled/i.test(
      result.stderr + result.stdout,
    )
  );
}
