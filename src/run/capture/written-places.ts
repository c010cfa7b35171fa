import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { parse } from "smol-toml";

import type { Looked } from "../../capture/model.ts";
import { uvCalls } from "../../capture/write/command.ts";
import { uvCommand } from "../../judge/uv-command.ts";
import { isTable, tableIn, toolUv } from "../../scenario/schema/value.ts";
import { UserError } from "../../scenario/error.ts";
import { placeInside } from "../../workspace/confine.ts";

/** Options by whose value uv writes somewhere, or works there. */
const WRITTEN = ["--cache-dir", "--directory", "--editable", "--out-dir", "--output-file", "--prefix", "--project", "--script"];
const ALSO_WRITTEN = ["--target", "--wheel-dir", "--with-editable", "-e", "-o", "-t"];
/** Options whose value may be a folder that is read alone. */
const READ = ["--find-links", "--python", "-f", "-p"];
const WRITTEN_OPTIONS = new Set([...WRITTEN, ...ALSO_WRITTEN]);
const VARIABLES = ["UV_PROJECT", "UV_WORKING_DIR", "UV_WORKING_DIRECTORY"];
/** Commands that leave the project's environment as it is. */
const NO_ENVIRONMENT = new Set(["build", "export", "init", "lock", "pip", "tool", "tree"]);
const PIP_READS = new Set(["check", "compile", "debug", "freeze", "list", "ls", "show", "tree"]);

function outside(what: string, does: string, advice: string): UserError {
  return new UserError(
    `${what}: uv would ${does}; capture works on a copy of the project, and that is no part of it; --in-place runs it there. ${advice}`,
  );
}

/** A project's root in each spelling: as it was named, and where links lead. */
export async function rootsOf(root: string): Promise<readonly [string, ...string[]]> {
  const real = await realpath(root);
  return real === root ? [root] : [root, real];
}

/** Throws `UserError` where the command would write into files of the user's that no copy stands for. */
export async function refuseOutside(looked: Looked, env: Readonly<Record<string, string>>, argv: readonly string[]): Promise<void> {
  const roots = await rootsOf(looked.root);
  const isWithin = async (place: string): Promise<boolean> => {
    for (const root of roots) {
      const inside = await placeInside(root, roots.at(-1) ?? root, place, { follow: true }).catch((error: unknown) => {
        if (error instanceof UserError) return null;
        throw error;
      });
      if (inside !== null) return true;
    }
    return false;
  };
  const cwd = path.join(looked.root, looked.cwd);
  const refuse = async (what: string, place: string, advice: string): Promise<void> => {
    if (await isWithin(path.resolve(cwd, place))) return;
    throw outside(what, `write outside of ${looked.root} there`, advice);
  };
  for (const name of VARIABLES) await refuse(name, env[name] ?? "", "Unset it, and run capture in the folder that it names");
  const files = ["uv.lock", ...looked.manifests.map((file) => file.path)];
  for (const file of files) await refuse(file, path.join(looked.root, file), "Put the file itself in the place of the link");
  for (const { path: file, text } of looked.manifests) {
    const [source] = absoluteSources(text);
    if (source !== undefined) throw outside(file, `build ${source} where it is`, "Name it relative to the project, in a copy of both");
  }
  for (const call of uvCalls(argv)) {
    for (const { option, value } of optionsOf(call)) {
      const place = pathIn(value);
      if (WRITTEN_OPTIONS.has(option)) await refuse(`${option} ${value}`, place, "Leave it out, or name a folder of the project");
      else if (!READ.includes(option) && isAway(place) && (await isFolder(path.resolve(cwd, place))))
        await refuse(value, place, "Leave it out, or name a folder of the project");
    }
    for (const { what, place } of environmentsOf(call, looked, env, cwd))
      await refuse(`${what} ${place}`, place, "Unset it, or capture with an environment inside of the project");
    const python = pythonOf(call, env);
    if (python !== null) await refuse(`--python ${python}`, python, "Leave it out");
  }
}

/** The path of the Python that a call changes, where it names one. Throws `UserError` where that is one of the machine's own. */
function pythonOf(call: readonly string[], env: Readonly<Record<string, string>>): string | null {
  if (!writesByPip(call)) return null;
  const variable = ["UV_SYSTEM_PYTHON", "UV_BREAK_SYSTEM_PACKAGES"].find((name) => /^(?:1|t|y|on)/iu.test(env[name] ?? ""));
  const option = call.find((word) => word === "--system" || word === "--break-system-packages");
  const python = optionsOf(call).find(({ option: name }) => name === "--python" || name === "-p")?.value ?? env["UV_PYTHON"] ?? "";
  const request = python === "" || /[\\/]/u.test(python) ? undefined : `--python ${python}`;
  const found = variable ?? option ?? request;
  if (found !== undefined) throw outside(found, "change a Python of the machine", "Use a virtual environment");
  return python === "" ? null : python;
}

function writesByPip(call: readonly string[]): boolean {
  const [first, second = ""] = uvCommand(call).path;
  const elsewhere = optionsOf(call).some(({ option }) => ["--target", "-t", "--prefix"].includes(option));
  return first === "pip" && !PIP_READS.has(second) && !elsewhere;
}

/** The virtual environments that a call may change. */
function environmentsOf(
  call: readonly string[],
  { root, venv }: Looked,
  env: Readonly<Record<string, string>>,
  cwd: string,
): { readonly what: string; readonly place: string }[] {
  const active = ["VIRTUAL_ENV", "CONDA_PREFIX"].flatMap((what) => {
    const place = env[what] ?? "";
    return place === "" ? [] : [{ what, place }];
  });
  if (writesByPip(call)) return [...active, ...foldersUp(cwd, root).map((folder) => ({ what: "the", place: path.join(folder, ".venv") }))];
  if (NO_ENVIRONMENT.has(uvCommand(call).path[0] ?? "")) return [];
  const named = env["UV_PROJECT_ENVIRONMENT"] ?? "";
  const own =
    named === ""
      ? { what: "the virtual environment", place: path.join(root, ".venv") }
      : { what: "UV_PROJECT_ENVIRONMENT", place: venv.path };
  return [own, ...(call.includes("--active") ? active : [])];
}

function foldersUp(from: string, root: string): string[] {
  const folders = [from];
  for (let at = from; at !== root && at !== path.dirname(at); at = path.dirname(at)) folders.push(path.dirname(at));
  return folders;
}

/** Every word that is a value, with the option that it is of; of others the option is empty. */
function optionsOf(call: readonly string[]): { readonly option: string; readonly value: string }[] {
  return call.slice(1).flatMap((word, at) => {
    const [, long, value] = /^(--[\w-]+)=(.*)$/su.exec(word) ?? [];
    if (long !== undefined) return [{ option: long, value: value ?? "" }];
    const [, short, attached] = /^(-[A-Za-z])=?(.+)$/su.exec(word) ?? [];
    if (short !== undefined) return [{ option: short, value: attached ?? "" }];
    const before = call[at] ?? "";
    return word.startsWith("-") ? [] : [{ option: before.startsWith("-") ? before : "", value: word }];
  });
}

/** The path of a requirement: of `app[extra]`, of `app @ file:///place`. */
function pathIn(value: string): string {
  const url = /\bfile:\/\/([^\s;#]+)/u.exec(value)?.[1];
  return (url ?? value).replace(/\[[^\]]*\]$/u, "");
}

function isAway(place: string): boolean {
  return path.isAbsolute(place) || place.split(/[\\/]/u).includes("..");
}

/** uv builds in the folder of such a source. */
function absoluteSources(text: string): string[] {
  const sources = Object.values(tableIn(toolUv(parse(text)), "sources"))
    .flat()
    .filter(isTable);
  return sources.flatMap(({ path: place }) => (typeof place === "string" && path.isAbsolute(place) ? [place] : []));
}

async function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
