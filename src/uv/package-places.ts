import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { PythonInfo, RunProcess } from "../observation/process.ts";
import { UserError } from "../scenario/error.ts";
import { complaintOf } from "../tool/complaint.ts";

const TIMEOUT_MS = 30_000;

// Debian's own packages have a scheme beside that of what is installed.
const QUESTION = `import json,sysconfig as s
print(json.dumps([s.get_path(n) for n in ("purelib","platlib","scripts")]+[s.get_path("purelib",k) for k in s.get_scheme_names() if k=="deb_system"]))`;

/**
 * The folders that a Python's packages and their commands are in, none below another; of one that is not there, the next
 * above it that is. @throws UserError where Python does not say.
 */
export async function packagePlaces({ file }: PythonInfo, { run, folder }: { run: RunProcess; folder: string }): Promise<string[]> {
  const asked = { file, args: ["-I", "-c", QUESTION], cwd: folder, env: {}, stdin: null, timeoutMs: TIMEOUT_MS, outputDir: folder };
  const result = await run(asked);
  if (result.exit !== 0) throw new UserError(`${file}: ${complaintOf(result)}`);
  const said = (JSON.parse(result.stdout) as string[]).map(existing);
  const all = [...new Set(said)];
  if (all.some((place) => path.dirname(place) === homedir()))
    throw new UserError(`${file} is installed right into your home, whose other commands a run must not see`);
  return all.filter((place) => !all.some((other) => place.startsWith(`${other}/`)));
}

function existing(place: string): string {
  return existsSync(place) ? place : existing(path.dirname(place));
}
