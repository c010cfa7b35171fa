import { constants } from "node:fs";
import { chmod, cp, lstat, mkdir, readdir, readFile, readlink, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Looked } from "../../capture/model.ts";
import { UserError } from "../../scenario/error.ts";
import { escapePattern } from "../../scenario/escape-pattern.ts";
import { isInside } from "../../workspace/confine.ts";
import { placesOf } from "./look.ts";
import { refuseOutside, rootsOf } from "./written-places.ts";

/** Where the command runs: a user's project in a folder of ours, or their own, and an environment that leads there. */
export interface RunPlace {
  readonly cwd: string;
  /** All virtual environments of the project are below it. */
  readonly around: string;
  readonly cache: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of the command, its program aside. */
  readonly args: readonly string[];
}

const MOST_ENTRIES = 40_000;
/** Where uv writes what it has unpacked; the rest of its cache are pages and pointers. */
const LARGE = /^(?:archive|builds|git|environments|python)-v/;

/**
 * Copies project and venv, and of the cache what the command would read. Throws `UserError` where that would be too much,
 * and where the command would write into what is no part of it.
 */
export async function copyProject(
  looked: Looked,
  env: Readonly<Record<string, string>>,
  folder: string,
  argv: readonly string[],
): Promise<RunPlace> {
  const project = path.join(folder, "work", path.basename(looked.root));
  await refuseOutside(looked, env, argv);
  const roots = await rootsOf(looked.root);
  const move = mover(roots, project);
  await limited(looked.root);
  await mkdir(path.dirname(project), { recursive: true });
  await copyTree(looked.root, project);
  await moveLinks(project, roots, move);
  const above = looked.settings.find(({ place, read }) => read && place.startsWith("../"));
  if (above !== undefined) await cp(path.resolve(looked.root, above.place), path.join(folder, "work/uv.toml"));
  for (const venv of new Set([looked.venv.path, env["VIRTUAL_ENV"] ?? "", env["CONDA_PREFIX"] ?? ""].map(move)))
    if (isInside(project, venv)) await moveVenv(venv, move);
  const places = placesOf(env, env["HOME"] ?? "");
  const cache = path.join(folder, "cache");
  const readsCache = !argv.includes("--no-cache") && !argv.includes("-n") && env["UV_NO_CACHE"] === undefined;
  if (readsCache && looked.cache.exists) await copyCache(places.cache, cache);
  const moved = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, move(value)]));
  const credentials = await linkStore(places.store, folder);
  const tools = argv.includes("tool") ? await copyTools(places.tools, folder) : {};
  return {
    cwd: path.join(project, looked.cwd),
    around: folder,
    cache,
    env: { ...moved, UV_CACHE_DIR: cache, ...credentials, ...tools },
    args: argv.slice(1).map(move),
  };
}

/** The original folder and cache: what the command changes there stays changed. */
export function originalPlace({ root, cwd, cache }: Looked, env: Readonly<Record<string, string>>, argv: readonly string[]): RunPlace {
  return { cwd: path.join(root, cwd), around: root, cache: cache.path, env, args: argv.slice(1) };
}

/** Puts the copy in the place of the root, and leaves names that only begin as it does (`/a/app-data` of `/a/app`). */
function mover(roots: readonly string[], to: string): (text: string) => string {
  const longest = [...roots].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(?:${longest.map(escapePattern).join("|")})(?![\\p{L}\\p{N}_.-])`, "gu");
  return (text) => text.replaceAll(pattern, () => to);
}

/** Links that lead back into the project by its path lead to its copy. */
async function moveLinks(project: string, roots: readonly string[], move: (text: string) => string): Promise<void> {
  const real = roots.at(-1) ?? "";
  for (const entry of await readdir(project, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = path.join(entry.parentPath, entry.name);
    const target = await readlink(link);
    if (!path.isAbsolute(target)) continue;
    const place = await realpath(target).catch(() => target);
    const moved = move(isInside(real, place) ? place : target);
    if (moved === target) continue;
    await rm(link);
    await symlink(moved, link);
  }
}

/** A folder that is a link itself would be copied as one, and lead back to the original. */
async function copyTree(from: string, to: string): Promise<void> {
  await cp(await realpath(from), to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
}

async function limited(root: string): Promise<void> {
  const entries = await readdir(root, { recursive: true }).catch(() => []);
  if (entries.length <= MOST_ENTRIES) return;
  throw new UserError(
    `${root}: holds ${entries.length} files, and capture works on a copy; leave out what the command does not need, or run it in the folder itself by --in-place`,
  );
}

/** Scripts name the interpreter by its path, and a venv's own commands find it by that. */
async function moveVenv(venv: string, move: (text: string) => string): Promise<void> {
  const scripts = path.join(venv, "bin");
  for (const name of await readdir(scripts).catch(() => [])) {
    const file = path.join(scripts, name);
    const entry = await lstat(file);
    if (!entry.isFile() || entry.size > 65_536) continue;
    const text = (await readFile(file)).toString("latin1");
    const moved = move(text);
    if (moved === text) continue;
    await writeFile(file, moved, "latin1");
    await chmod(file, entry.mode);
  }
}

async function copyCache(from: string, to: string): Promise<void> {
  const buckets = await readdir(from).catch(() => []);
  const small = buckets.filter((name) => !LARGE.test(name));
  const entries = await Promise.all(
    small.map(async (name) => (await readdir(path.join(from, name), { recursive: true }).catch(() => [])).length),
  );
  const isSmall = entries.reduce((sum, count) => sum + count, 0) <= MOST_ENTRIES;
  await mkdir(to, { recursive: true });
  for (const name of isSmall ? small : small.filter((each) => each.startsWith("simple-"))) {
    await copyTree(path.join(from, name), path.join(to, name));
  }
  const archives = buckets.filter((name) => name.startsWith("archive-"));
  for (const name of archives) {
    const count = (await readdir(path.join(from, name))).length;
    if (isSmall && count <= 500) await copyTree(path.join(from, name), path.join(to, name));
  }
}

/** uv locks its store by a file beside it; the store itself is read where it is. */
async function linkStore(store: string, folder: string): Promise<Record<string, string>> {
  const credentials = path.join(folder, "credentials");
  await mkdir(credentials);
  if ((await stat(store).catch(() => null)) !== null) await symlink(store, path.join(credentials, path.basename(store)));
  return { UV_CREDENTIALS_DIR: credentials };
}

/** A tool's environment stays where it is; what uv would change of it is a copy. */
async function copyTools(from: string, folder: string): Promise<Record<string, string>> {
  const tools = path.join(folder, "tools");
  const there = await stat(from).catch(() => null);
  const linked = (await readdir(from, { withFileTypes: true }).catch(() => [])).find((entry) => entry.isSymbolicLink());
  if (linked !== undefined)
    throw new UserError(
      `${path.join(from, linked.name)}: is a link, and uv would write where it leads; capture works on a copy of the tools; --in-place runs it there`,
    );
  if (there !== null) await copyTree(from, tools);
  return { UV_TOOL_DIR: tools, UV_TOOL_BIN_DIR: path.join(folder, "tool-bin") };
}
