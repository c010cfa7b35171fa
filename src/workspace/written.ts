import { type Dirent, lstatSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { setImmediate as turn } from "node:timers/promises";
import path from "node:path";
import { type Folder, openBelow, openFolder } from "../disk/folder.ts";
import { readRegularSync } from "../disk/regular-file.ts";
import { UserError } from "../scenario/error.ts";
import { layoutFor, type WorkspacePaths } from "./layout.ts";

/** A text file that a step changed or made. */
export interface WrittenText {
  /** Relative to the project, or `~/…`, or `$PYTHON/…`; with `/`. */
  readonly where: string;
  readonly text: string;
  /** What was in it before: a secret that the scenario itself put there is no leak. `""` for a new file. */
  readonly before: string;
}

const LARGEST_BYTES = 5_000_000;
/** Of all that changed in one step. */
const LARGEST_SUM = 500_000_000;
const MOST_FILES = 500_000;
const DEEPEST = 100;
const SKIPPED_FOLDERS = new Set([".git", "__pycache__", "node_modules"]);
/** Files looked at before others have their turn. */
const AT_ONCE = 200;

/**
 * Remembers the text files in which uv might write a secret, and tells which changed since the last look: everything in
 * the project outside a venv (lock file, manifests, exports), `direct_url.json` in venvs and in a Python of the run's own, and
 * the receipts of tools.
 * Not looked at: uv's own credentials store, netrc and the home files of the scenario, where secrets belong; uv's
 * cache; files that are not text or above 5 MB.
 */
export class WrittenTexts {
  readonly #paths: WorkspacePaths;
  readonly #root: Folder;
  readonly #known = new Map<string, { readonly stamp: string; readonly text: string }>();

  constructor(paths: WorkspacePaths, root: Folder) {
    this.#paths = paths;
    this.#root = root;
  }

  /** The scenario wrote this file itself. */
  remember(file: string, text: string): void {
    this.#known.set(file, { stamp: stampOf(lstatSync(file, { bigint: true })), text });
  }

  /** @throws UserError where there is more than can be searched. */
  async changed(): Promise<WrittenText[]> {
    const { root, project, home, layers } = this.#paths;
    const found = new Map<string, WrittenText>();
    const look = new Look(this.#known, (file, text, before) => found.set(file, { where: this.#nameOf(file), text, before }));
    for (const [place, isInstalled] of [
      [project, false],
      [layoutFor(process.platform).uvTools(home), true],
      // What is beside it is the kernel's own.
      ...(await readdir(layers).catch(() => [])).map((layer) => [path.join(layers, layer, "upper"), true] as const),
    ] as const) {
      // A step may have put a link in the folder's place, which leads anywhere.
      const opened = await openBelow(this.#root, path.relative(root, place).split(path.sep)).catch(() => null);
      if (opened === null) continue;
      await using folder = opened;
      await look.into(folder, place, isInstalled, 0);
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  }

  #nameOf(file: string): string {
    const { project, home, layers } = this.#paths;
    const [layer, , ...inLayer] = path.relative(layers, file).split(path.sep);
    if (layer !== "..") return ["$PYTHON", ...inLayer].join("/");
    const inProject = path.relative(project, file);
    const name = inProject.startsWith("..") ? path.join("~", path.relative(home, file)) : inProject;
    return name.split(path.sep).join("/");
  }
}

type Known = Map<string, { readonly stamp: string; readonly text: string }>;

/** One walk through the folders; each file is reached by its open folder, so no link is followed. */
class Look {
  readonly #known: Known;
  readonly #tell: (file: string, text: string, before: string) => void;
  #files = 0;
  #bytes = 0;

  constructor(known: Known, tell: (file: string, text: string, before: string) => void) {
    this.#known = known;
    this.#tell = tell;
  }

  /** In a venv or tool (`isInstalled`) only the few files count that record where something came from. */
  async into(folder: Folder, place: string, isInstalled: boolean, depth: number): Promise<void> {
    if (depth > DEEPEST)
      throw new UserError(`a folder in the project is more than ${DEEPEST} levels deep, so it can't be searched for secrets`);
    const entries = await readdir(folder.path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException): Dirent[] => {
      if (error.code === "ENOENT") return [];
      throw new UserError(`a folder in the project can't be searched for secrets (${error.code ?? error.message})`);
    });
    const isVenv = isInstalled || entries.some((entry) => entry.name === "pyvenv.cfg");
    for (const entry of entries) {
      const file = path.join(place, entry.name);
      if (entry.isFile() && (!isVenv || recordsOrigin(entry.name))) await this.#file(folder, entry.name, file);
      if (!entry.isDirectory() || SKIPPED_FOLDERS.has(entry.name)) continue;
      const opened = await openFolder(folder.at(entry.name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EACCES") return null; // Gone, or no folder any more.
        throw new UserError(`a folder in the project can't be searched for secrets (${error.code})`);
      });
      if (opened === null) continue;
      await using inside = opened;
      await this.into(inside, file, isVenv, depth + 1);
    }
  }

  async #file(folder: Folder, name: string, file: string): Promise<void> {
    if (++this.#files % AT_ONCE === 0) await turn();
    if (this.#files > MOST_FILES)
      throw new UserError(`the project has more than ${MOST_FILES} files, which is more than is searched for secrets`);
    const there = lstatSync(folder.at(name), { bigint: true, throwIfNoEntry: false });
    if (there === undefined || !there.isFile() || there.size > LARGEST_BYTES) return;
    const known = this.#known.get(file);
    const stamp = stampOf(there);
    if (known?.stamp === stamp) return;
    const bytes = readRegularSync(folder.at(name), LARGEST_BYTES);
    if (bytes === null || bytes.subarray(0, 8_192).includes(0)) return;
    this.#bytes += bytes.length;
    if (this.#bytes > LARGEST_SUM) throw new UserError("a step wrote more text than is searched for secrets (500 MB)");
    const text = bytes.toString("utf8");
    this.#known.set(file, { stamp, text });
    if (text !== known?.text) this.#tell(file, text, known?.text ?? "");
  }
}

function stampOf(file: { readonly mtimeNs: bigint; readonly ctimeNs: bigint; readonly size: bigint }): string {
  return `${file.mtimeNs} ${file.ctimeNs} ${file.size}`;
}

function recordsOrigin(name: string): boolean {
  return name === "direct_url.json" || name === "uv-receipt.toml";
}
