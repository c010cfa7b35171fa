import { parse } from "smol-toml";
import { leavingPath } from "../confined.ts";
import { isTable, tableIn } from "../schema/value.ts";
import { environmentFault, leadsSomewhere, PYTHON_IS_THEIRS, STAY_INSIDE, unquoted, USE_A_VENV } from "./environment.ts";

export interface SettingFault {
  readonly find: string;
  readonly message: string;
  readonly hint: string;
}

/** The setting in a file of uv's or pip's by which a run would leave its folder or change the user's Python; `null`: none. */
export function leavingSetting(name: string, text: string): SettingFault | null {
  const folder = name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : "";
  if (/(?:^|\/)pip\.(?:conf|ini)$/.test(name)) return firstOf(linesOf(text, /[#;].*$/), (line) => pipFault(line, folder));
  if (/(?:^|\/)(?:requirements|constraints)[^/]*\.(?:txt|in)$/.test(name)) {
    return firstOf(linesOf(text, /(?:^|\s)#.*$/), (line) => pathFault(line, folder));
  }
  if (/(?:^|\/)\.env(?:\.[^/]*)?$|\.env$/.test(name)) return firstOf(linesOf(text, /^\s*#.*$/), variableFault);
  const head = name.endsWith(".py") ? scriptHead(text) : null;
  if (head !== null) return documentFault(tableIn(tableIn(head, "tool"), "uv"), [head["dependencies"]], folder);
  const isProject = /(?:^|\/)pyproject\.toml$/.test(name);
  if (!isProject && !/(?:^|\/)uv\.toml$/.test(name)) return null;
  const document = documentOf(text);
  const own = isProject ? tableIn(tableIn(document, "tool"), "uv") : document;
  return documentFault(own, isProject ? requirementsIn(document) : [], folder);
}

function documentFault(own: unknown, requirements: readonly unknown[], folder: string): SettingFault | null {
  return systemFault(own) ?? firstOf([own, ...requirements].flatMap(textsIn), (value) => pathFault(value, folder));
}

/** A line of a file for `--env-file`. */
function variableFault(line: string): SettingFault | null {
  const { name = "", text = "" } = /^\s*(?:export\s+)?(?<name>[A-Za-z_]\w*)\s*=\s*(?<text>.*?)\s*$/.exec(line)?.groups ?? {};
  const value = unquoted(text);
  const fault = name === "" || !leadsSomewhere(name) || value.includes("$") ? null : environmentFault(name, value);
  return fault === null ? null : { find: fault.find ?? name, message: `\`${name}\`: ${fault.message}`, hint: fault.hint ?? STAY_INSIDE };
}

/** What a script's head says (PEP 723); `null` where it has none. */
function scriptHead(text: string): Record<string, unknown> | null {
  const lines = /^# \/\/\/ script[ \t]*\r?\n(?<lines>(?:#(?: .*)?\r?\n)*?)# \/\/\/[ \t]*$/m.exec(text)?.groups?.["lines"];
  return lines === undefined ? null : documentOf(lines.replaceAll(/^# ?/gm, ""));
}

function pathFault(text: string, folder: string): SettingFault | null {
  const leaving = leavingPath(text, folder);
  return leaving === null
    ? null
    : { find: leaving.text, message: `\`${leaving.text}\` ${leaving.why}: a run stays in its folder`, hint: STAY_INSIDE };
}

function pipFault(line: string, folder: string): SettingFault | null {
  const changing = /^\s*(break-system-packages\s*[=:]\s*(?:1|true|yes|on)|require-virtualenv\s*[=:]\s*(?:0|false|no|off))\b/i.exec(
    line,
  )?.[1];
  return changing === undefined ? pathFault(line, folder) : pythonFault(changing);
}

/** `[pip] system = true` of uv, and a `python` that is named by its version: uv installs into it. */
function systemFault(own: unknown): SettingFault | null {
  const pip = tableIn(own, "pip");
  const key = ["system", "break-system-packages"].find((each) => pip[each] === true);
  if (key !== undefined) return pythonFault(key);
  const { python } = pip;
  return typeof python === "string" && NAMED_BY_VERSION.test(python) ? pythonFault(python) : null;
}

/** `3`, `python3.12`, `cpython@3.12`, `pypy`: not a path, which is in the run's folder. */
const NAMED_BY_VERSION = /^(?:[\d<>=~!]|(?:c?python|pypy|graalpy|pyodide)[\d@.-]*(?![\w/]))/i;

function pythonFault(find: string): SettingFault {
  return { find, message: `\`${find}\` ${PYTHON_IS_THEIRS}`, hint: USE_A_VENV };
}

/** What a pyproject.toml says of packages outside uv's own table. */
function requirementsIn(document: Record<string, unknown>): unknown[] {
  const project = tableIn(document, "project");
  const own = [project["dependencies"], project["optional-dependencies"]];
  return [...own, document["dependency-groups"], tableIn(document, "build-system")["requires"]];
}

function documentOf(text: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch {
    return {}; // No release reads what is no TOML.
  }
}

function textsIn(node: unknown): string[] {
  if (typeof node === "string") return [node];
  if (Array.isArray(node)) return node.flatMap(textsIn);
  return isTable(node) ? Object.values(node).flatMap(textsIn) : [];
}

function linesOf(text: string, comment: RegExp): string[] {
  return text.split(/\r?\n/).map((line) => line.replace(comment, ""));
}

function firstOf<Value>(values: readonly Value[], fault: (value: Value) => SettingFault | null): SettingFault | null {
  for (const value of values) {
    const found = fault(value);
    if (found !== null) return found;
  }
  return null;
}
