import { parse } from "smol-toml";
import { leavingPath } from "../confined-path.ts";
import { isTable, tableIn, toolUv } from "../schema/value.ts";
import { changesPython, environmentFault, leadsSomewhere, STAY_INSIDE, unquoted } from "./environment.ts";

export interface SettingFault {
  readonly find: string;
  readonly message: string;
  readonly hint: string;
}

/** The setting in a file of uv's or pip's by which a run would leave its folder; `null`: none. */
export function leavingSetting(name: string, text: string): SettingFault | null {
  const folder = name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : "";
  if (PIP_FILE.test(name)) return firstOf(linesOf(text, PIP_COMMENT), (line) => pathFault(line, folder));
  if (/(?:^|\/)(?:requirements|constraints)[^/]*\.(?:txt|in)$/.test(name)) {
    return firstOf(linesOf(text, /(?:^|\s)#.*$/), (line) => pathFault(line, folder));
  }
  if (VARIABLES_FILE.test(name)) return firstOf(linesOf(text, VARIABLES_COMMENT), variableFault);
  const found = ofUv(name, text);
  return found === null ? null : firstOf([found.own, ...found.requirements].flatMap(textsIn), (value) => pathFault(value, folder));
}

/** The setting in such a file by which uv or pip would change the chosen Python, as it is written; `null`: none. */
export function pythonSetting(name: string, text: string): string | null {
  if (PIP_FILE.test(name)) return firstOf(linesOf(text, PIP_COMMENT), (line) => PIP_CHANGES.exec(line)?.[1] ?? null);
  if (VARIABLES_FILE.test(name)) {
    return firstOf(linesOf(text, VARIABLES_COMMENT), (line) => {
      const { name, value } = variableIn(line);
      return changesPython(name, value) && !value.includes("$") ? name : null;
    });
  }
  const pip = tableIn(ofUv(name, text)?.own, "pip");
  const { python } = pip;
  const named = typeof python === "string" && NAMED_BY_VERSION.test(python) ? python : null;
  return ["system", "break-system-packages"].find((key) => pip[key] === true) ?? named;
}

/** `3`, `python3.12`, `cpython@3.12`, `pypy`: not a path, which is in the run's folder. uv installs into it. */
const NAMED_BY_VERSION = /^(?:[\d<>=~!]|(?:c?python|pypy|graalpy|pyodide)[\d@.-]*(?![\w/]))/i;

const PIP_FILE = /(?:^|\/)pip\.(?:conf|ini)$/;
const PIP_COMMENT = /[#;].*$/;
const PIP_CHANGES = /^\s*(break-system-packages\s*[=:]\s*(?:1|true|yes|on)|require-virtualenv\s*[=:]\s*(?:0|false|no|off))\b/i;
const VARIABLES_FILE = /(?:^|\/)\.env(?:\.[^/]*)?$|\.env$/;
const VARIABLES_COMMENT = /^\s*#.*$/;

/** uv's own settings in a file, with the requirements that stand beside them; `null` where it has none of either. */
function ofUv(name: string, text: string): { own: unknown; requirements: readonly unknown[] } | null {
  const head = name.endsWith(".py") ? scriptHead(text) : null;
  if (head !== null) return { own: toolUv(head), requirements: [head["dependencies"]] };
  const isProject = /(?:^|\/)pyproject\.toml$/.test(name);
  if (!isProject && !/(?:^|\/)uv\.toml$/.test(name)) return null;
  const document = documentOf(text);
  return isProject ? { own: toolUv(document), requirements: requirementsIn(document) } : { own: document, requirements: [] };
}

/** A line of a file for `--env-file`. */
function variableIn(line: string): { name: string; value: string } {
  const { name = "", text = "" } = /^\s*(?:export\s+)?(?<name>[A-Za-z_]\w*)\s*=\s*(?<text>.*?)\s*$/.exec(line)?.groups ?? {};
  return { name, value: unquoted(text) };
}

function variableFault(line: string): SettingFault | null {
  const { name, value } = variableIn(line);
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

function firstOf<Value, Found>(values: readonly Value[], fault: (value: Value) => Found | null): Found | null {
  for (const value of values) {
    const found = fault(value);
    if (found !== null) return found;
  }
  return null;
}
