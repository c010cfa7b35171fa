import path from "node:path";
import type { PythonInfo, RunProcess } from "../observation/process.ts";
import { UserError } from "../scenario/error.ts";
import { compare } from "../scenario/version.ts";
import { memoryKey, openPythonMemory } from "./python-memory.ts";
import { isExecutable } from "../disk/executable.ts";
import { executablesOnPath } from "./search-path.ts";

export interface FindPythonOptions {
  /** The only one tried: a path, or a name on PATH. Default: `UV_MRE_PYTHON`. */
  readonly python?: string | null;
  /** The user's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly cacheDir: string;
  /** An existing folder for output files that live as long as one call. */
  readonly workDir: string;
  readonly run: RunProcess;
  /** The oldest version that will do. */
  readonly minimum?: string;
}

const TIMEOUT_MS = 30_000;
const NEWEST_MINOR = 15;
const OLDEST_MINOR = 9;

// Runs on any Python, so that an old one can say how old it is.
const QUESTION =
  'import json,os,sys;print(json.dumps([os.path.realpath(getattr(sys,"_base_executable",None) or sys.executable),"%d.%d.%d"%tuple(sys.version_info[:3])]))';

/**
 * The Python of all runs, by the real path of its base interpreter: a version manager's shim fails under another
 * HOME, and a virtual environment's own may be gone tomorrow. The first on PATH that is new enough. Throws
 * `UserError` with what was tried.
 */
export async function findPython(options: FindPythonOptions): Promise<PythonInfo> {
  const minimum = options.minimum ?? `3.${OLDEST_MINOR}`;
  const variable = options.env["UV_MRE_PYTHON"] ?? "";
  const wanted = options.python ?? variable;
  const candidates = wanted === "" ? await executablesOnPath(pythonNames(), options.env) : await named(wanted, options);
  const tried: string[] = [];
  for (const file of candidates) {
    const answer = await ask(file, options);
    if (typeof answer !== "string" && compare(answer.version, minimum) >= 0) return answer;
    tried.push(`  ${file}: ${typeof answer === "string" ? answer : `is ${answer.version}`}`);
  }
  const told = tried.length === 0 ? "" : `; tried:\n${tried.join("\n")}\n`;
  const [where, advice] = whereAndAdvice(wanted, variable);
  throw new UserError(`no Python ${minimum} or later was found ${where}${told === "" ? ". " : told}${advice}`);
}

/** The command line takes the variable for the option's value, so the option is only meant where they differ. */
function whereAndAdvice(wanted: string, variable: string): [where: string, advice: string] {
  if (wanted === "") return ["on PATH", "Install Python, or name one by UV_MRE_PYTHON."];
  if (wanted === variable) return [`by UV_MRE_PYTHON=${wanted}`, "Correct UV_MRE_PYTHON, or unset it to search PATH."];
  return [`by --python ${wanted}`, "Correct --python, or leave it out to search PATH."];
}

function pythonNames(): string[] {
  const minors = Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, index) => NEWEST_MINOR - index);
  return ["python3", "python", ...minors.map((minor) => `python3.${minor}`)];
}

async function named(wanted: string, options: FindPythonOptions): Promise<string[]> {
  if (!/[\\/]/.test(wanted)) return executablesOnPath([wanted], options.env);
  const file = path.resolve(options.cwd, wanted);
  return (await isExecutable(file)) ? [file] : [];
}

/** What the interpreter says of itself, or why it did not. */
async function ask(file: string, options: FindPythonOptions): Promise<PythonInfo | string> {
  const memory = openPythonMemory(options.cacheDir);
  const key = await memoryKey(file, options);
  const known = key === null ? null : await memory.recall(key);
  if (known !== null) return known;
  const result = await options.run({
    file,
    args: ["-E", "-s", "-c", QUESTION],
    cwd: options.cwd,
    env: options.env,
    stdin: null,
    timeoutMs: TIMEOUT_MS,
    outputDir: options.workDir,
  });
  if (result.spawnError !== null) return `cannot be started (${result.spawnError})`;
  const info = parse(result.stdout);
  if (result.exit !== 0 || info === null) return result.stderr.trim().split("\n").at(-1) || `ended with ${result.signal ?? result.exit}`;
  if (key !== null) await memory.keep(key, info);
  return info;
}

function parse(text: string): PythonInfo | null {
  try {
    const answer: unknown = JSON.parse(text.trim().split("\n").at(-1) ?? "");
    if (!Array.isArray(answer)) return null;
    const [file, version]: unknown[] = answer;
    return typeof file === "string" && typeof version === "string" ? { file, version } : null;
  } catch {
    return null;
  }
}
