import { existsSync } from "node:fs";
import path from "node:path";
import { UserError } from "../scenario/error.ts";

/**
 * What uv looks for from the working folder upwards, past the run's folder: a project or workspace, a pinned Python, a
 * venv to install into. An `uv.toml` is stopped by an empty one in the run's folder; nothing stops these.
 */
const FOUND_UPWARDS = ["pyproject.toml", ".python-version", ".python-versions", ".venv", "pyvenv.cfg"];

/** @throws UserError if a run below this folder would read, or write, what is the user's. */
export function refuseMeddlingParents(baseDir: string): void {
  for (let folder = path.resolve(baseDir); ; folder = path.dirname(folder)) {
    const found = FOUND_UPWARDS.find((name) => existsSync(path.join(folder, name)));
    if (found !== undefined) {
      throw new UserError(
        `${path.join(folder, found)} would be found by every uv that runs below ${baseDir}; remove it, or set TMPDIR to another folder`,
      );
    }
    if (folder === path.dirname(folder)) return;
  }
}
