import { chmod, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Workspace } from "../../workspace/workspace.ts";
import type { Breakage } from "./options.ts";

/** Breaks the run's own commands, where that is what `--break` asks for; never anything outside the run's folder. */
export async function breakCommands(workspace: Workspace, breakage: Breakage | null): Promise<void> {
  const { bin } = workspace.paths;
  if (breakage === "uv-killed") await replace(path.join(bin, "uv"), "#!/bin/sh\nkill -KILL $$\n");
  if (breakage === "wrong-python") {
    // `python3.11` too: uv goes on to it when the others fail.
    const names = (await readdir(bin)).filter((name) => name.startsWith("python"));
    for (const name of names) await replace(path.join(bin, name), "#!/bin/sh\necho 'not a Python' >&2\nexit 1\n");
  }
}

async function replace(file: string, script: string): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, script);
  await chmod(file, 0o755);
}
