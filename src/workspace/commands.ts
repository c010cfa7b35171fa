import { existsSync } from "node:fs";
import { copyFile, link, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PythonInfo } from "../observation/process.ts";
import { SYSTEM_TOOLS } from "../scenario/system-tools.ts";
import { type ToolName, TOOLS } from "../scenario/tools.ts";
import { allDone } from "../all-done.ts";
import type { Layout } from "./layout.ts";
import type { Places } from "./places.ts";

const SYSTEM_FOLDERS = ["/usr/bin", "/bin"];

export interface Commands {
  /** The release under test; `uvx` is taken from beside it, if there. */
  readonly uv: string;
  /** Other releases that steps name, each with its executable. */
  readonly otherUvs: ReadonlyMap<string, string>;
  readonly python: PythonInfo;
  /** The `keyring` command of the keyring tool; `null`: none on PATH. */
  readonly keyring: string | null;
  /** Other programs, each with its environment's folder. */
  readonly tools: readonly { readonly name: ToolName; readonly folder: string }[];
  /** What `linkSystemTools` made on the same disk, to take the links from; `null`: nothing. */
  readonly systemTools: string | null;
}

/** Makes links to the system's tools, for many runs. */
export async function linkSystemTools(folder: string): Promise<void> {
  await mkdir(folder);
  await allDone(systemTools().map(([tool, target]) => symlink(target, path.join(folder, tool))));
}

/** Where the system has a tool; `null`: nowhere. */
export function systemTool(name: string): string | null {
  return SYSTEM_FOLDERS.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null;
}

/** Those that are there, each with its path. */
function systemTools(): [tool: string, target: string][] {
  return SYSTEM_TOOLS.flatMap((tool) => {
    const target = systemTool(tool);
    return target === null ? [] : [[tool, target]];
  });
}

/** Fills the run's `bin/`. */
export async function installCommands(bin: string, commands: Commands, layout: Layout): Promise<void> {
  const work = linkUv(bin, commands.uv, layout);
  for (const [version, file] of commands.otherUvs) {
    const folder = otherUvFolder(bin, version, layout);
    await mkdir(folder);
    work.push(...linkUv(folder, file, layout));
  }
  if (commands.keyring !== null) work.push(linkCommand(path.join(bin, layout.executable("keyring")), commands.keyring));
  for (const tool of commands.tools) work.push(...linkProgram(bin, tool, commands.python.file, layout));
  if (layout.hasScripts) {
    for (const name of pythonNames(commands.python)) work.push(writeWrapper(path.join(bin, name), commands.python.file));
    for (const [tool, target] of systemTools()) work.push(linkTool(path.join(bin, tool), target, commands.systemTools));
  }
  await allDone(work);
}

/** Where another release's `uv` is, to be put before `bin` on PATH. */
export function otherUvFolder(bin: string, version: string, layout: Layout): string {
  return layout.path.join(bin, `uv-${version}`);
}

function linkUv(folder: string, uv: string, layout: Layout): Promise<void>[] {
  const uvx = path.join(path.dirname(uv), layout.executable("uvx"));
  const work = [linkCommand(path.join(folder, layout.executable("uv")), uv)];
  if (existsSync(uvx)) work.push(linkCommand(path.join(folder, layout.executable("uvx")), uvx));
  return work;
}

/** `python`, `python3`, `python3.11`. */
function pythonNames(python: PythonInfo): string[] {
  const [major = "3", minor = "0"] = python.version.split(".");
  return ["python", `python${major}`, `python${major}.${minor}`];
}

/** What installs is told where: the active venv, else the one Python, which it then leaves alone; never its own environment. */
function linkProgram(bin: string, { name, folder }: Commands["tools"][number], python: string, layout: Layout): Promise<void>[] {
  const { commands, installs } = TOOLS[name];
  const target = layout.path.join(folder, layout.scripts, layout.executable(name));
  return commands.map((command) => {
    const file = layout.path.join(bin, layout.executable(command));
    if (!installs || !layout.hasScripts) return linkCommand(file, target);
    return writeScript(file, `python=${quoted(python)}\nexec ${quoted(target)} --python "\${VIRTUAL_ENV:-$python}" "$@"`);
  });
}

/** A script and not a link: Python finds its own library from the path by which it was called. */
function writeWrapper(file: string, python: string): Promise<void> {
  return writeScript(file, `exec ${quoted(python)} "$@"`);
}

function writeScript(file: string, line: string): Promise<void> {
  return writeFile(file, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * The link that was made, under one more name where that can be: some file systems take long over each new file, and longer
 * after many were removed.
 */
async function linkTool(file: string, target: string, made: string | null): Promise<void> {
  // Elsewhere it would be a name of the target itself.
  if (made === null || process.platform !== "linux") return symlink(target, file);
  return link(path.join(made, path.basename(file)), file).catch(() => symlink(target, file));
}

/** A link where links may be made, else the same file under another name, else a copy. */
async function linkCommand(file: string, target: string): Promise<void> {
  if (process.platform !== "win32") return symlink(target, file);
  return link(target, file).catch(() => copyFile(target, file));
}

/**
 * The executable that a step's first word means, by the PATH of the step's own environment; `null` if there is none.
 * A word with a slash is a path, relative to `cwd`. All paths, the answer too, are as a step sees them.
 */
export async function findCommand(
  word: string,
  environment: Readonly<Record<string, string>>,
  cwd: string,
  layout: Layout,
  places: Pick<Places, "here" | "isExecutable">,
): Promise<string | null> {
  const names = layout.platform === "win32" ? [layout.executable(word), word] : [word];
  const asPath = word.includes("/") || word.includes(layout.path.sep);
  const folders = asPath ? [cwd] : (environment["PATH"] ?? "").split(layout.path.delimiter).filter((folder) => folder !== "");
  for (const folder of folders) {
    for (const name of names) {
      const file = path.resolve(cwd, folder, name);
      if (await places.isExecutable(places.here(file))) return file;
    }
  }
  return null;
}
