import { createHash, randomBytes } from "node:crypto";
import { chmod, link, mkdir, readdir, readFile, realpath, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ProcessIdentity, PythonInfo, RunProcess } from "../observation/process.ts";
import type { Distribution } from "../scenario/distribution.ts";
import { runBootstrap, writeFindLinks } from "./bootstrap.ts";
import { isErrno } from "./errno.ts";
import { isWholeTree, sealTree, treeDigest } from "../disk/kept-tree.ts";
import { removeTree } from "../disk/remove-tree.ts";
import { isAbandoned, openStaging, sweepStaging } from "../disk/staging.ts";
import { venvCommand } from "./venv.ts";

export interface KeyringTool {
  /** The `keyring` command, to be on PATH. */
  readonly command: string;
  /** Where it is installed: `sys.prefix` of its calls. */
  readonly folder: string;
  /** SHA-256 of all that is installed. */
  readonly digest: string;
}

export interface KeyringToolOptions {
  /** Its command, and what its folder is called: `keyring` unless said. */
  readonly name?: string;
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
  readonly owner: ProcessIdentity;
}

/** Changes when tools are installed in another way. */
const RECIPE = 4;
const OWNER_FILE = "owner";
/** Of keyring, and of the other programs. */
const FOLDER = "keyring-tool";
const OTHERS = "tools";
/** `KEY-RANDOM`, and nothing that a damaged pointer could lead to. */
const NAME = /^[0-9a-f]{16}-[0-9a-f]{8}$/;
/** A tool that no process has used for so long goes. */
const UNUSED_MS = 30 * 24 * 3_600_000;

/**
 * Installs keyring, or another program, as a tool once for all runs, under `CACHE/keyring-tool/KEY-RANDOM`, KEY being a hash of what is in
 * it and of where the cache is; `CACHE/keyring-tool/KEY` holds the name of the finished folder, and its modification time is
 * the last use. A venv cannot be moved, so it is made where it stays; whoever names it first is right, and others who did
 * the same at the same time use theirs and drop their own. Nobody waits for anybody, and what was cut off is not named and
 * removed later. The files are read-only; one that is not, byte for byte, what was installed has the tool made again.
 *
 * @throws Error if it cannot be installed.
 */
export async function ensureKeyringTool(options: KeyringToolOptions): Promise<KeyringTool> {
  // A cache that was moved, or is seen at another path, has other tools: their scripts begin with a path.
  const parent = path.join(await realpath(options.cacheDir), nameOf(options) === "keyring" ? FOLDER : OTHERS);
  const pointer = path.join(parent, keyOf(options, parent));
  return (await readPointer(pointer, nameOf(options))) ?? install(options, parent, pointer);
}

async function install(options: KeyringToolOptions, parent: string, pointer: string): Promise<KeyringTool> {
  const owner = { cacheDir: options.cacheDir, identity: options.owner };
  await mkdir(parent, { recursive: true });
  await sweepUnused(parent);
  await sweepUnfinished(parent, options.owner);
  await sweepStaging(owner);
  await using staging = await openStaging(owner);
  const folder = `${pointer}-${randomBytes(4).toString("hex")}`;
  await mkdir(folder);
  await writeFile(path.join(folder, OWNER_FILE), options.owner.token);
  try {
    await furnish(options, folder, staging.path);
    await makeReadOnly(folder);
    await sealTree(folder, folder);
    if (await publish(pointer, folder, staging.path)) return toolIn(folder, nameOf(options));
  } catch (error) {
    await removeTree(folder);
    throw error;
  }
  await removeTree(folder);
  const theirs = await readPointer(pointer, nameOf(options));
  if (theirs === null) throw new Error(`${pointer} names a tool that is not there`);
  return theirs;
}

async function furnish(options: KeyringToolOptions, folder: string, scratch: string): Promise<void> {
  const venv = path.join(folder, nameOf(options));
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
async function publish(pointer: string, folder: string, staging: string): Promise<boolean> {
  // Linked and not written, so that it appears whole.
  const draft = path.join(staging, "pointer");
  await writeFile(draft, path.basename(folder));
  try {
    await link(draft, pointer);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
}

/** `null` also for a pointer to what someone has removed or damaged, which goes too. */
async function readPointer(pointer: string, tool: string): Promise<KeyringTool | null> {
  const name = await readFile(pointer, "utf8").catch((error: unknown) => (isErrno(error, "ENOENT") ? null : ""));
  if (name === null) return null;
  const folder = path.join(path.dirname(pointer), name);
  if (NAME.test(name) && (await isUsable(folder, tool))) {
    const now = new Date();
    await utimes(pointer, now, now).catch(() => {});
    return toolIn(folder, tool);
  }
  await removeTree(pointer);
  return null;
}

async function isUsable(folder: string, tool: string): Promise<boolean> {
  // Through the links: the Python may be gone, too.
  const python = await stat(venvCommand(path.join(folder, tool), "python")).catch(() => null);
  return python !== null && (await isWholeTree(folder, folder));
}

async function toolIn(folder: string, tool: string): Promise<KeyringTool> {
  const venv = path.join(folder, tool);
  return { folder: venv, command: venvCommand(venv, tool), digest: await treeDigest(folder) };
}

function nameOf({ name = "keyring" }: KeyringToolOptions): string {
  return name;
}

/** Removes folders that nothing names and whose maker is gone. */
async function sweepUnfinished(parent: string, owner: ProcessIdentity): Promise<void> {
  const names = await readdir(parent);
  const finished = new Set(await Promise.all(names.map((name) => readFile(path.join(parent, name), "utf8").catch(() => ""))));
  for (const name of names) {
    const folder = path.join(parent, name);
    const token = await readFile(path.join(folder, OWNER_FILE), "utf8").catch(() => null);
    if (token === null || finished.has(name)) continue;
    if (await isAbandoned(token, folder, owner)) await removeTree(folder);
  }
}

/** Of another Python, another version of ours, another place. */
async function sweepUnused(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pointer = path.join(parent, name);
    const entry = await stat(pointer).catch(() => null);
    if (entry?.isFile() !== true || Date.now() - entry.mtimeMs < UNUSED_MS) continue;
    const folder = await readFile(pointer, "utf8").catch(() => "");
    await removeTree(pointer);
    if (NAME.test(folder)) await removeTree(path.join(parent, folder));
  }
}

/** Files only: folders that cannot be written to are a nuisance to whoever clears the cache. */
async function makeReadOnly(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return makeReadOnly(file);
      // A link's mode is its target's, and the interpreter is the user's.
      if (entry.isFile()) await chmod(file, (await stat(file)).mode & 0o555);
      return undefined;
    }),
  );
}

function keyOf({ python, keyring, plugin }: KeyringToolOptions, parent: string): string {
  const content = JSON.stringify([RECIPE, parent, python.file, python.version, keyring.id, plugin?.sha256 ?? null]);
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
