import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PythonInfo, RunProcess } from "../observation/process.ts";
import type { Distribution } from "../scenario/distribution.ts";
import { bootstrapCache, runBootstrap, writeFindLinks } from "./bootstrap.ts";
import { placeInside } from "./confine.ts";
import { layoutFor } from "./layout.ts";
import { removeTree } from "../disk/remove-tree.ts";
import type { Workspace } from "./workspace.ts";

export interface VenvOptions {
  readonly workspace: Workspace;
  /** Relative to the project. */
  readonly path: string;
  /** Requirements to be in it from the start. */
  readonly packages: readonly string[];
  /** The files of all the scenario's indexes. */
  readonly distributions: readonly Distribution[];
  readonly bootstrapUv: string;
  readonly python: PythonInfo;
  readonly run: RunProcess;
  /** What earlier calls learnt, and this one adds to. */
  readonly interpreters?: InterpreterAnswers;
}

/**
 * What a uv keeps in its cache of a Python that it asked, by both their paths: each file's content by its path there. Asking
 * takes uv longer than making the venv. It asks again where the Python's file has changed since.
 */
export type InterpreterAnswers = Map<string, ReadonlyMap<string, Uint8Array>>;

/**
 * Makes the venv that a scenario starts from, with the bootstrap uv: the uv under test, its cache and the indexes take
 * no part. Without pip, as uv makes them.
 *
 * @throws UserError if a requirement cannot be met from the scenario's packages.
 */
export async function prepareVenv(options: VenvOptions): Promise<void> {
  const { paths, asSeen } = options.workspace;
  const venv = asSeen(await placeInside(paths.project, paths.root, options.path, { follow: true }));
  const scratch = path.join(paths.tmp, "venv-preparation");
  const bootstrap = { uv: options.bootstrapUv, run: options.run, scratch, seenScratch: asSeen(scratch) };
  const cache = bootstrapCache(scratch);
  const asked = JSON.stringify([options.bootstrapUv, options.python.file]);
  try {
    const known = options.interpreters?.get(asked);
    for (const [name, content] of known ?? []) {
      await mkdir(path.dirname(path.join(cache, name)), { recursive: true });
      await writeFile(path.join(cache, name), content);
    }
    await runBootstrap(bootstrap, ["venv", "--quiet", "--python", options.python.file, venv]);
    // Nothing of the scenario's has run yet that could have changed it.
    if (known === undefined) options.interpreters?.set(asked, await interpreterAnswers(cache));
    if (options.packages.length === 0) return;
    const links = path.join(scratch, "links");
    await writeFindLinks(links, options.distributions);
    const target = ["--no-index", "--find-links", asSeen(links), "--python", venvCommand(venv, "python")];
    await runBootstrap(bootstrap, ["pip", "install", "--quiet", ...target, ...options.packages]);
  } finally {
    await removeTree(scratch);
  }
}

async function interpreterAnswers(cache: string): Promise<Map<string, Uint8Array>> {
  const entries = await readdir(cache, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const names = files.map((file) => path.relative(cache, file)).filter((name) => name.startsWith("interpreter-"));
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(path.join(cache, name))] as const)));
}

/** A command of a venv. */
export function venvCommand(venv: string, name: string): string {
  const layout = layoutFor(process.platform);
  return path.join(venv, layout.scripts, layout.executable(name));
}
