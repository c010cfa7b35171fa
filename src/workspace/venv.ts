import path from "node:path";
import type { PythonInfo, RunProcess } from "../observation/process.ts";
import type { Distribution } from "../scenario/distribution.ts";
import { runBootstrap, writeFindLinks } from "./bootstrap.ts";
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
}

/**
 * Makes the venv that a scenario starts from, with the bootstrap uv: the uv under test, its cache and the indexes take
 * no part. Without pip, as uv makes them.
 *
 * @throws UserError if a requirement cannot be met from the scenario's packages.
 */
export async function prepareVenv(options: VenvOptions): Promise<void> {
  const { paths } = options.workspace;
  const venv = await placeInside(paths.project, paths.root, options.path, { follow: true });
  const scratch = path.join(paths.tmp, "venv-preparation");
  const bootstrap = { uv: options.bootstrapUv, run: options.run, scratch };
  try {
    await runBootstrap(bootstrap, ["venv", "--quiet", "--python", options.python.file, venv]);
    if (options.packages.length === 0) return;
    const links = path.join(scratch, "links");
    await writeFindLinks(links, options.distributions);
    const target = ["--no-index", "--find-links", links, "--python", venvCommand(venv, "python")];
    await runBootstrap(bootstrap, ["pip", "install", "--quiet", ...target, ...options.packages]);
  } finally {
    await removeTree(scratch);
  }
}

/** A command of a venv. */
export function venvCommand(venv: string, name: string): string {
  const layout = layoutFor(process.platform);
  return path.join(venv, layout.scripts, layout.executable(name));
}
