import { chmod, lstat, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { isInside } from "./confine.ts";
import { seenByProbe } from "./keyring-script.ts";
import type { Layout, WorkspacePaths } from "./layout.ts";
import type { Places } from "./places.ts";

export interface RecorderOptions {
  readonly places: Places;
  readonly layout: Layout;
  /** The step's PATH and working directory. These and all other paths are as it sees them. */
  readonly searchPath: string;
  readonly cwd: string;
  /** Folders of commands that a step's children may have on PATH as well, such as a venv's. */
  readonly more: readonly string[];
  /** What runs `recorder`. */
  readonly python: string;
  /** The text of `programs/keyring-recorder`. */
  readonly recorder: string;
  /** The text of `programs/keyring-watch`. */
  readonly watch: string;
  /** Where calls are recorded. */
  readonly journal: string;
}

/** A command as it is started. */
interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** What stands in for the `keyring` commands that the probe cannot see, during one step. */
export interface RecordedKeyrings {
  /** What to start in the place of the step's command, so that a keyring that is killed before it is recorded leaves a trace. */
  watched(command: Command): Promise<Command>;
  /** Puts the commands back, and says of which calls could not be recorded. */
  restore(): Promise<string[]>;
}

const ORIGINAL = ".recorded";

/** Of a step that finds no keyring, or whose keyrings nobody asks for. */
export const NO_KEYRINGS: RecordedKeyrings = { watched: async (command) => command, restore: async () => [] };

/**
 * The probe sees a `keyring` that is a Python script. Any other executable of that name gives its place, for one step, to a
 * recorder that runs it: at the same place, so that what shadows what stays as it is.
 */
export async function recordKeyrings(options: RecorderOptions): Promise<RecordedKeyrings> {
  const { places, layout } = options;
  const { paths } = places;
  if (!layout.hasScripts) return NO_KEYRINGS;
  // An empty entry of PATH is the folder where the step runs.
  const folders = [...options.searchPath.split(layout.path.delimiter), ...options.more.filter((folder) => folder !== "")];
  const files = [...new Set(folders.map((folder) => places.here(path.resolve(options.cwd, folder, layout.executable("keyring")))))];
  const unrecorded = new Map<string, string>();
  const recorded = new Map<string, Launcher>();
  const look = (): Promise<(boolean | null)[]> => Promise.all(files.map((file) => seenByProbe(file, options.searchPath, places)));
  const unseenOf = (seen: readonly (boolean | null)[]): string[] => files.filter((_, index) => seen[index] === false);
  const first = await look();
  for (const file of unseenOf(first)) {
    if (!isInside(paths.root, file)) unrecorded.set(file, "it is outside the run's folder");
    else {
      const launcher = await putRecorder(file, options).catch((error: Error) => error);
      if (launcher instanceof Error) unrecorded.set(file, launcher.message);
      else recorded.set(file, launcher);
    }
  }
  return {
    watched: async (command) => (first.every((seen) => seen === null) ? command : watched(command, options)),
    async restore() {
      for (const [file, launcher] of recorded) if (!(await putBack(file, launcher))) recorded.delete(file);
      for (const file of unseenOf(await look()))
        if (!recorded.has(file) && !unrecorded.has(file)) unrecorded.set(file, "the step itself put it there");
      return [...unrecorded].map(([file, why]) => `${nameOf(file, paths)} is no Python script that the probe sees, and ${why}`);
    },
  };
}

/** Tracing, as it is done there, is Linux's. */
async function watched({ file, args }: Command, { places, python, watch, journal }: RecorderOptions): Promise<Command> {
  if (process.platform !== "linux") return { file, args };
  const program = path.join(places.paths.etc, "keyring-watch.py");
  await writeFile(program, watch);
  return { file: python, args: ["-ISEB", places.asSeen(program), journal, file, ...args] };
}

/** Tells our file from another in its place. */
interface Launcher {
  readonly inode: number;
  readonly text: string;
}

async function putRecorder(file: string, { places, python, recorder, journal }: RecorderOptions): Promise<Launcher> {
  const program = path.join(places.paths.etc, "keyring-recorder.py");
  await writeFile(program, recorder);
  await rename(file, file + ORIGINAL);
  try {
    const words = [python, "-IS", places.asSeen(program), journal, places.asSeen(file) + ORIGINAL].map(
      (word) => `'${word.replaceAll("'", `'\\''`)}'`,
    );
    const text = `#!/bin/sh\nexec ${words.join(" ")} "$0" "$@"\n`;
    await writeFile(file, text, { flag: "wx" });
    await chmod(file, 0o755);
    return { inode: (await lstat(file)).ino, text };
  } catch (error) {
    await rename(file + ORIGINAL, file);
    throw error;
  }
}

/** Whether ours is still there: a step may have put another command there, also into our file, or taken it away. */
async function putBack(file: string, { inode, text }: Launcher): Promise<boolean> {
  const ours = (await lstat(file).catch(() => null))?.ino === inode && (await readFile(file, "utf8").catch(() => null)) === text;
  if (ours) await rename(file + ORIGINAL, file);
  else await rm(file + ORIGINAL, { force: true });
  return ours;
}

function nameOf(file: string, { root }: WorkspacePaths): string {
  return isInside(root, file) ? `$WORK${file.slice(root.length)}` : file;
}
