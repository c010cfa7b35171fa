import { lstat, open, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { layoutFor, type WorkspacePaths } from "./layout.ts";

/** A text file that a step changed or made. */
export interface WrittenText {
  /** Relative to the project, or `~/…`; with `/`. */
  readonly where: string;
  readonly text: string;
  /** What was in it before: a secret that the scenario itself put there is no leak. `""` for a new file. */
  readonly before: string;
}

const LARGEST_BYTES = 5_000_000;
const SKIPPED_FOLDERS = new Set([".git", "__pycache__", "node_modules"]);

/**
 * Remembers the text files in which uv might write a secret, and tells which changed since the last look: everything in
 * the project outside a venv (lock file, manifests, exports), `direct_url.json` in venvs, and the receipts of tools.
 * Not looked at: uv's own credentials store, netrc and the home files of the scenario, where secrets belong; uv's
 * cache; files that are not text or above 5 MB.
 */
export class WrittenTexts {
  readonly #paths: WorkspacePaths;
  readonly #known = new Map<string, { readonly stamp: string; readonly text: string }>();

  constructor(paths: WorkspacePaths) {
    this.#paths = paths;
  }

  /** The scenario wrote this file itself. */
  async remember(file: string, text: string): Promise<void> {
    this.#known.set(file, { stamp: stampOf(await stat(file, { bigint: true })), text });
  }

  async changed(): Promise<WrittenText[]> {
    const { project, home } = this.#paths;
    const tools = layoutFor(process.platform).uvTools(home);
    const files = [...(await filesBelow(project, false)), ...(await filesBelow(tools, true))];
    const found: WrittenText[] = [];
    for (const file of files.sort()) {
      const there = await stat(file, { bigint: true }).catch(() => null);
      if (there === null || !there.isFile() || there.size > LARGEST_BYTES) continue;
      const known = this.#known.get(file);
      const stamp = stampOf(there);
      if (known?.stamp === stamp) continue;
      const text = await readText(file);
      if (text === null) continue;
      this.#known.set(file, { stamp, text });
      if (text !== known?.text) found.push({ where: this.#nameOf(file), text, before: known?.text ?? "" });
    }
    return found;
  }

  #nameOf(file: string): string {
    const { project, home } = this.#paths;
    const inProject = path.relative(project, file);
    const name = inProject.startsWith("..") ? path.join("~", path.relative(home, file)) : inProject;
    return name.split(path.sep).join("/");
  }
}

function stampOf(file: { readonly mtimeNs: bigint; readonly ctimeNs: bigint; readonly size: bigint }): string {
  return `${file.mtimeNs} ${file.ctimeNs} ${file.size}`;
}

/** A step may have put a link in the folder's place, which leads anywhere. */
async function filesBelow(folder: string, installed: boolean): Promise<string[]> {
  const there = await lstat(folder).catch(() => null);
  return there?.isDirectory() === true ? filesIn(folder, installed) : [];
}

/** In a venv or tool (`installed`) only the few files count that record where something came from. */
async function filesIn(folder: string, installed: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const isVenv = installed || entries.some((entry) => entry.name === "pyvenv.cfg");
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : filesIn(file, isVenv);
      return entry.isFile() && (!isVenv || recordsOrigin(entry.name)) ? [file] : [];
    }),
  );
  return nested.flat();
}

function recordsOrigin(name: string): boolean {
  return name === "direct_url.json" || name === "uv-receipt.toml";
}

/** `null` for what is not text. */
async function readText(file: string): Promise<string | null> {
  const handle = await open(file, "r").catch(() => null);
  if (handle === null) return null;
  try {
    const bytes = await handle.readFile();
    return bytes.subarray(0, 8_192).includes(0) ? null : bytes.toString("utf8");
  } finally {
    await handle.close();
  }
}
