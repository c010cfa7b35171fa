import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RunProcess, StartChannel } from "../observation/process.ts";
import { etcFiles, type Sandbox } from "./open-sandbox.ts";

const TIMEOUT_MS = 30_000;

/** Runs a command as a run would. @throws Error that says why it did not come to its end. */
export async function trySandbox(
  sandbox: Sandbox,
  { start, run, folder }: { readonly start: StartChannel; readonly run: RunProcess; readonly folder: string },
): Promise<void> {
  const root = path.join(folder, "sandbox-trial");
  const [etc, hidden] = [path.join(root, "etc"), path.join(root, "output")];
  for (const each of [etc, hidden]) await mkdir(each, { recursive: true });
  const files = Object.entries(etcFiles(root)).map(([name, text]) => ({ name, text, file: path.join(etc, name) }));
  await Promise.all(files.map(({ file, text }) => writeFile(file, text)));
  await using network = await sandbox.hold(start, [80], folder);
  const view = { root, fixed: [etc], hidden, readable: [], etc: Object.fromEntries(files.map(({ name, file }) => [name, file])) };
  const runProcess = sandbox.runProcess(run, network, view, () => path.join(hidden, "journal"));
  const result = await runProcess({
    file: "/bin/sh",
    args: ["-c", "exit 42"],
    cwd: root,
    env: {},
    stdin: null,
    timeoutMs: TIMEOUT_MS,
    outputDir: hidden,
  });
  if (result.exit !== 42) throw new Error(result.spawnError ?? result.stderr.trim() ?? `it ended with ${result.signal ?? result.exit}`);
}
