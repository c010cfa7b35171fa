import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { RunProcess, StartChannel } from "../observation/process.ts";
import { writeEtc } from "./etc-files.ts";
import { makeLayers } from "./layers.ts";
import type { Sandbox } from "./model.ts";

const TIMEOUT_MS = 30_000;

export interface TrialOptions {
  readonly start: StartChannel;
  readonly run: RunProcess;
  /** An existing folder, ours alone. */
  readonly folder: string;
  /** As in `View`. */
  readonly readable: readonly string[];
}

/** Runs a command as a run would. @throws Error that says why it did not come to its end. */
export async function trySandbox(sandbox: Sandbox, { start, run, folder, readable }: TrialOptions): Promise<void> {
  const root = path.join(folder, `sandbox-trial-${sandbox.kind}-${sandbox.layered.length}`);
  const [etc, hidden] = [path.join(root, "etc"), path.join(root, "output")];
  for (const each of [etc, hidden]) await mkdir(each, { recursive: true });
  const seenRoot = "/uv-mre-trial";
  writeEtc(etc, { home: seenRoot, user: sandbox.user });
  const journal = path.join(hidden, "journal");
  const layers = await makeLayers(sandbox.layered, path.join(hidden, "layers"));
  const view = Promise.resolve({ root, seenRoot, fixed: [etc], hidden, journals: [journal], readable, layers, etc });
  await using room = await sandbox.open({ start, ports: [80], view, folder });
  const runProcess = room.runProcess(run, () => journal);
  const result = await runProcess({
    file: "/bin/sh",
    // A layer is one that can be written to.
    args: ["-c", 'for place; do : >"$place/uv-mre" || exit; done; exit 42', "sh", ...sandbox.layered],
    cwd: seenRoot,
    env: {},
    stdin: null,
    timeoutMs: TIMEOUT_MS,
    outputDir: hidden,
  });
  if (result.exit !== 42) throw new Error(result.spawnError ?? result.stderr.trim() ?? `it ended with ${result.signal ?? result.exit}`);
}
