import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../scenario/error.ts";
import { foreignText } from "../scenario/foreign-text.ts";
import { extractScenario, secondScenarioLine } from "../scenario/markdown.ts";
import type { Scenario } from "../scenario/model.ts";
import { parseScenario, type ParseOptions, type Problem } from "../scenario/parse.ts";
import { asOneFile, parseOneFile } from "../scenario/one-file.ts";
import { formatProblems } from "../scenario/problem.ts";
import { variedScenario, type Factor } from "../scenario/vary.ts";
import { decodeText } from "./decode-text.ts";
import { missingFile } from "./missing-file.ts";

export interface LoadedScenario {
  /** As given on the command line; `-` for standard input. */
  readonly file: string;
  /** The scenario as one file, also where it was a folder; without literal passwords. */
  readonly text: string;
  readonly scenario: Scenario;
  readonly warnings: readonly Problem[];
  readonly source: ScenarioSource;
  /** It came by standard input or in Markdown, so it is likely another's. */
  readonly isFromOutside: boolean;
  /** Its real packages come as wheels or not at all, so that no code of theirs runs outside the sandbox. Default: as `isFromOutside`. */
  readonly wheelsOnly: boolean;
}

/** What a scenario is parsed from. */
export interface ScenarioSource {
  /** TOML. */
  readonly toml: string;
  /** All of the file that it stands in, which is more than `toml` for Markdown. */
  readonly whole: string;
  readonly options: ParseOptions;
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
    const read = file === "-" ? { text: await readStdin() } : decodeText(await readFile(source));
    if ("fault" in read) return `${source}: ${read.fault}`;
    text = read.text;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return `${source}: ${code === "ENOENT" ? missingFile(source) : `cannot be read (${code})`}`;
  }
  const name = file === "-" ? "<stdin>" : source;
  const foreign = foreignText(text);
  if (foreign !== null) return `${name}: ${foreign}`;
  let lineOffset = 0;
  let columnOffset = 0;
  let toml = text;
  if (!source.endsWith(".toml")) {
    const fenced = extractScenario(text);
    if (fenced !== null) ({ text: toml, line: lineOffset, indent: columnOffset } = { ...fenced, line: fenced.line - 1 });
    else if (/\.(md|markdown)$/i.test(source)) return `${name}: no fenced TOML scenario (\`\`\`toml with \`schema = 1\`) in this Markdown`;
  }
  const beside = folder ? { files: await filesBelow(path.join(file, "project")), home: await filesBelow(path.join(file, "home")) } : {};
  const options = { file: name, lineOffset, columnOffset, ...beside };
  const result = parseScenario(toml, options);
  if (!result.ok) return formatProblems(result.problems, text);
  const { scenario } = result;
  const second = source.endsWith(".toml") ? null : secondScenarioLine(text);
  const warnings = second === null ? result.warnings : [...result.warnings, another(name, lineOffset + 1, second)];
  const safe = result.source;
  return {
    file,
    text: folder ? asOneFile(safe.toml, safe.beside) : safe.toml,
    scenario,
    warnings,
    source: { toml: safe.toml, whole: text, options: { ...options, ...safe.beside } },
    isFromOutside: !source.endsWith(".toml"),
    wheelsOnly: !source.endsWith(".toml"),
  };
}

function another(file: string, first: number, line: number): Problem {
  const message = `another scenario begins here and is left out: the first, from line ${first} on, is taken; put this one into a file of its own`;
  return { kind: "suspicious", message, file, line, column: 1, key: "", hint: null };
}

/** The scenario with options of its `[vary]` applied. Throws `UserError` with every problem. */
export function loadVaried(
  { file, source, isFromOutside, wheelsOnly }: LoadedScenario,
  choices: readonly Factor[],
  changed: readonly Factor[],
): LoadedScenario {
  const result = parseScenario(source.toml, { ...source.options, choices });
  if (!result.ok) throw new UserError(formatProblems(result.problems, source.whole));
  const text = variedScenario(parseOneFile(source.toml, source.options), choices, changed);
  return { file, text, scenario: result.scenario, warnings: result.warnings, source, isFromOutside, wheelsOnly };
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
