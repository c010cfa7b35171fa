import { createHash, randomBytes } from "node:crypto";
import { chmod, link, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Ownership, PythonInfo, RunProcess } from "../observation/process.ts";
import type { Distribution } from "../scenario/distribution.ts";
import { runBootstrap, writeFindLinks } from "./bootstrap.ts";
import { isErrno } from "./errno.ts";
import { removeTree } from "../disk/remove-tree.ts";
import { venvCommand } from "./venv.ts";

export interface KeyringTool {
  /** The `keyring` command, to be on PATH. */
  readonly command: string;
  /** Where it is installed: `sys.prefix` of its calls. */
  readonly folder: string;
}

export interface KeyringToolOptions {
  readonly bootstrapUv: string;
  readonly python: PythonInfo;
  /** The real keyring. */
  readonly keyring: {
    /** Tells apart what is installed. */
    readonly id: string;
    /** Installs it with all that it needs, and the wheels beside it, for this interpreter; `scratch` is removed later. */
    install(python: string, scratch: string, beside: readonly string[]): Promise<void>;
  };
  /** The wheel with the plugin; `null`: keyring alone. */
  readonly plugin: Distribution | null;
  readonly cacheDir: string;
  readonly run: RunProcess;
  readonly owner: Ownership;
}

/** Changes when tools are installed in another way. */
const RECIPE = 3;
const OWNER_FILE = "owner";
const FOLDER = "keyring-tool";

/**
 * Installs keyring as a tool once for all runs, under `CACHE/keyring-tool/KEY-RANDOM`, KEY being a hash of what is in
 * it; `CACHE/keyring-tool/KEY` holds the name of the finished folder. A venv cannot be moved, so it is made where it
 * stays; whoever names it first is right, and others who did the same at the same time use theirs and drop their own.
 * Nobody waits for anybody, and what was cut off is not named and removed later. The files are read-only.
 *
 * @throws Error if keyring cannot be installed.
 */
export async function ensureKeyringTool(options: KeyringToolOptions): Promise<KeyringTool> {
  const parent = path.join(options.cacheDir, FOLDER);
  const pointer = path.join(parent, keyOf(options));
  return (await readPointer(pointer)) ?? install(options, parent, pointer);
}

async function install(options: KeyringToolOptions, parent: string, pointer: string): Promise<KeyringTool> {
  await mkdir(parent, { recursive: true });
  await sweepUnfinished(parent, options.owner);
  const folder = `${pointer}-${randomBytes(4).toString("hex")}`;
  await mkdir(folder);
  await writeFile(path.join(folder, OWNER_FILE), options.owner.token);
  const scratch = path.join(folder, "scratch");
  try {
    await furnish(options, folder, scratch);
    await removeTree(scratch);
    await makeReadOnly(folder);
    if (await publish(pointer, folder)) return toolIn(folder);
  } catch (error) {
    await removeTree(folder);
    throw error;
  }
  await removeTree(folder);
  const theirs = await readPointer(pointer);
  if (theirs === null) throw new Error(`${pointer} names a keyring tool that is not there`);
  return theirs;
}

async function furnish(options: KeyringToolOptions, folder: string, scratch: string): Promise<void> {
  const venv = path.join(folder, "keyring");
  const python = venvCommand(venv, "python");
  const bootstrap = { uv: options.bootstrapUv, run: options.run, scratch };
  await runBootstrap(bootstrap, ["venv", "--quiet", "--python", options.python.file, venv]);
  await options.keyring.install(python, scratch, options.plugin === null ? [] : [await writePlugin(options.plugin, scratch)]);
}

async function writePlugin(plugin: Distribution, scratch: string): Promise<string> {
  const links = path.join(scratch, "links");
  await writeFindLinks(links, [plugin]);
  return path.join(links, plugin.filename);
}

/** Whether ours is the one: makes the pointer, unless it is there. */
async function publish(pointer: string, folder: string): Promise<boolean> {
  // Linked and not written, so that it appears whole.
  const draft = path.join(folder, "pointer");
  await writeFile(draft, path.basename(folder));
  try {
    await link(draft, pointer);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(draft);
  }
}

/** `null` also for a pointer to what someone has removed, which goes too. */
async function readPointer(pointer: string): Promise<KeyringTool | null> {
  const name = await readFile(pointer, "utf8").catch(() => null);
  if (name === null) return null;
  const tool = toolIn(path.join(path.dirname(pointer), name));
  // Through the links: the Python may be gone, too.
  const there = await Promise.all([stat(tool.command), stat(venvCommand(tool.folder, "python"))]).catch(() => null);
  if (there === null) await rm(pointer, { force: true });
  return there === null ? null : tool;
}

function toolIn(folder: string): KeyringTool {
  const venv = path.join(folder, "keyring");
  return { folder: venv, command: venvCommand(venv, "keyring") };
}

/** Removes folders that nothing names and whose maker is dead. */
async function sweepUnfinished(parent: string, owner: Ownership): Promise<void> {
  const names = await readdir(parent);
  const finished = new Set(await Promise.all(names.map((name) => readFile(path.join(parent, name), "utf8").catch(() => ""))));
  for (const name of names) {
    const token = await readFile(path.join(parent, name, OWNER_FILE), "utf8").catch(() => null);
    if (token === null || finished.has(name)) continue;
    if ((await owner.isAlive(token)) === false) await removeTree(path.join(parent, name));
  }
}

/** Files only: folders that cannot be written to are a nuisance to whoever clears the cache. */
async function makeReadOnly(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return makeReadOnly(file);
      // A link's mode is its target's, and the interpreter is the person's.
      if (entry.isFile()) await chmod(file, (await stat(file)).mode & 0o555);
      return undefined;
    }),
  );
}

function keyOf({ python, keyring, plugin }: KeyringToolOptions): string {
  const content = JSON.stringify([RECIPE, python.file, python.version, keyring.id, plugin?.sha256 ?? null]);
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
