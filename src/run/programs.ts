import { readFileSync } from "node:fs";
import path from "node:path";
import type { PackagePrograms } from "../package/contents.ts";
import { packageRoot } from "../package-root.ts";

const known = new Map<string, string>();

/** Where the programs in other languages are, the same from `src` and from what is built. */
export function programsFolder(): string {
  return path.join(packageRoot(), "programs");
}

/** The path of a program that runs where it is, such as `sandbox/holder.py`. */
export function programFile(name: string): string {
  return path.join(programsFolder(), name);
}

/** The text of a program, such as `probe/sitecustomize.py`. What varies goes into a JSON document beside it, never into the text. */
export function readProgram(name: string): string {
  let text = known.get(name);
  if (text === undefined) known.set(name, (text = readFileSync(programFile(name), "utf8")));
  return text;
}

/** What generated packages carry. */
export function packagePrograms(): PackagePrograms {
  return {
    buildBackend: readProgram("build-backend/in_tree_backend.py"),
    keyringBackend: readProgram("keyring-plugin/keyring_backend.py"),
  };
}

/** What records calls of keyring in a run. */
export function recordingPrograms(): { readonly probe: string; readonly recorder: string; readonly watch: string } {
  return {
    probe: readProgram("probe/sitecustomize.py"),
    recorder: readProgram("keyring-recorder/recorder.py"),
    watch: readProgram("keyring-watch/watch.py"),
  };
}

const SCRIPT_PROGRAMS = [
  ...[
    "run.sh",
    "judge.py",
    "leaks.py",
    "calls.py",
    "keyring_setup.py",
    "wheels.py",
    "index.py",
    "faults.py",
    "installed.py",
    "lock.py",
    "dist.py",
    "uploads.py",
    "supports.py",
  ].map((name) => `export/${name}`),
  "probe/sitecustomize.py",
  "keyring-plugin/keyring_backend.py",
];

/** What exported scripts carry, by file name. */
export function scriptPrograms(): Record<string, string> {
  return Object.fromEntries(SCRIPT_PROGRAMS.map((name) => [path.basename(name), readProgram(name)]));
}
