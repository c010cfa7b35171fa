import { chmod, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Workspace } from "../../workspace/workspace.ts";
import type { Breakage } from "./options.ts";

/** Breaks the run's own commands, where that is what `--break` asks for; never anything outside the run's folder. */
export async function breakCommands(workspace: Workspace, breakage: Breakage | null): Promise<void> {
  const { bin } = workspace.paths;
  if (breakage === "uv-killed") {
    const others = (await readdir(bin)).filter((name) => name.startsWith("uv-")).map((name) => path.join(bin, name));
    for (const folder of [bin, ...others]) await replace(path.join(folder, "uv"), "#!/bin/sh\nkill -KILL $$\n");
  }
  if (breakage === "wrong-python") await breakPythons(bin);
}

/** Breaks the Python of the venv that the harness made, which uv takes before any other. */
export async function breakVenv(workspace: Workspace, venv: string, breakage: Breakage | null): Promise<void> {
  if (breakage === "wrong-python") await breakPythons(path.join(workspace.paths.project, venv, "bin"));
}

async function breakPythons(folder: string): Promise<void> {
  // `python3.11` too: uv goes on to it when the others fail.
  const names = (await readdir(folder)).filter((name) => name.startsWith("python"));
  for (const name of names) await replace(path.join(folder, name), "#!/bin/sh\necho 'not a Python' >&2\nexit 1\n");
}

async function replace(file: string, script: string): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, script);
  await chmod(file, 0o755);
}
