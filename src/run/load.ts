import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../scenario/error.ts";
import { extractScenario } from "../scenario/markdown.ts";
import type { Scenario } from "../scenario/model.ts";
import { parseScenario, type Problem } from "../scenario/parse.ts";
import { formatProblems } from "../scenario/problem.ts";

export interface LoadedScenario {
  /** As given on the command line; `-` for standard input. */
  readonly file: string;
  readonly text: string;
  readonly scenario: Scenario;
  readonly warnings: readonly Problem[];
}

/**
 * Reads scenarios from files, folders, Markdown and standard input (`-`).
 * A folder with `scenario.toml` is one scenario (`project/` and `home/` beside it are its files); any other
 * folder stands for all the `.toml` files below it. Throws `UserError` with every problem of every file.
 */
export async function loadScenarios(files: readonly string[], readStdin: () => Promise<string> = noStdin): Promise<LoadedScenario[]> {
  const loaded: LoadedScenario[] = [];
  const complaints: string[] = [];
  for (const file of await expand(files)) {
    const result = await loadOne(file, readStdin);
    if (typeof result === "string") complaints.push(result);
    else loaded.push(result);
  }
  if (complaints.length > 0) throw new UserError(complaints.join("\n\n"));
  return loaded;
}

function noStdin(): Promise<string> {
  throw new UserError("standard input is not read here");
}

async function expand(files: readonly string[]): Promise<string[]> {
  const expanded: string[] = [];
  for (const file of files) {
    if (file === "-" || !(await isFolder(file)) || (await exists(path.join(file, "scenario.toml")))) expanded.push(file);
    else expanded.push(...(await scenariosBelow(file)));
  }
  return [...new Set(expanded)];
}

async function scenariosBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => a.name.localeCompare(b.name))) {
    const child = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (await exists(path.join(child, "scenario.toml"))) found.push(child);
      else found.push(...(await scenariosBelow(child).catch(() => [])));
    } else if (entry.name.endsWith(".toml")) found.push(child);
  }
  if (found.length === 0) throw new UserError(`${folder}: no scenario (.toml) in this folder`);
  return found;
}

/** The scenario, or a text that says what is wrong with it. */
async function loadOne(file: string, readStdin: () => Promise<string>): Promise<LoadedScenario | string> {
  const folder = file !== "-" && (await isFolder(file));
  const source = folder ? path.join(file, "scenario.toml") : file;
  let text: string;
  try {
    text = file === "-" ? await readStdin() : await readFile(source, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return `${source}: ${code === "ENOENT" ? "no such file" : `cannot be read (${code})`}`;
  }
  const name = file === "-" ? "<stdin>" : source;
  let lineOffset = 0;
  let columnOffset = 0;
  let toml = text;
  if (!source.endsWith(".toml")) {
    const fenced = extractScenario(text);
    if (fenced !== null) ({ text: toml, line: lineOffset, indent: columnOffset } = { ...fenced, line: fenced.line - 1 });
    else if (/\.(md|markdown)$/i.test(source)) return `${name}: no fenced TOML scenario (\`\`\`toml with \`schema = 1\`) in this Markdown`;
  }
  const beside = folder ? { files: await filesBelow(path.join(file, "project")), home: await filesBelow(path.join(file, "home")) } : {};
  const result = parseScenario(toml, { file: name, lineOffset, columnOffset, ...beside });
  if (!result.ok) return formatProblems(result.problems, text);
  return { file, text: toml, scenario: result.scenario, warnings: result.warnings };
}

/** A scenario from its text. Throws `UserError` with every problem. */
export function parseLoaded(file: string, text: string): LoadedScenario {
  const result = parseScenario(text, { file });
  if (!result.ok) throw new UserError(formatProblems(result.problems, text));
  return { file, text, scenario: result.scenario, warnings: result.warnings };
}

async function filesBelow(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  if (!(await isFolder(folder))) return files;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const full = path.join(entry.parentPath, entry.name);
    files[path.relative(folder, full).split(path.sep).join("/")] = await readFile(full, "utf8");
  }
  return files;
}

async function isFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
