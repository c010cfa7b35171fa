import { leavingPath } from "../confined-path.ts";
import type { RawScenario } from "../schema/file.ts";
import type { ReadContext } from "./context.ts";
import { splitCommand } from "./command.ts";
import { changesPython, environmentFault, leadsSomewhere, STAY_INSIDE, unquoted } from "./environment.ts";

const IN_THE_RUN = /^\{\{\s*(?:project|home|venv|cache)\s*\}\}/;
/** What these are given they print; no file is opened. */
const PRINTERS = new Set(["echo", "printf", "expr", "true", "false"]);
const CHANGES = new Set(["install", "uninstall", "sync"]);

const SHELLS = /^(?:sh|bash|dash)$/;
const ASSIGNMENT = /(?:^|[\s;&|(`])([A-Za-z_]\w*)=("[^"]*"|'[^']*'|[^\s;&|)`]*)/g;

/** Refuses commands by which uv and others would reach the user's files. */
export function refuseLeavingCommands(context: ReadContext, raw: RawScenario): void {
  for (const [position, step] of raw.step.entries()) {
    const argv = typeof step.run === "string" ? splitCommand(step.run) : [...step.run];
    const fault = commandFault(argv, step.cwd ?? "");
    if (fault === null) continue;
    const path = ["step", position, "run", ...(typeof step.run === "string" ? [] : [fault.at])];
    context.problems.error("bad-command", path, fault.message, { hint: fault.hint, find: fault.find });
  }
}

interface Fault {
  /** Which word. */
  readonly at: number;
  readonly find: string;
  readonly message: string;
  readonly hint: string;
}

/** What is wrong with a command and its words, placeholders not filled; `null`: nothing. */
export function commandFault(argv: readonly string[], cwd: string): Fault | null {
  return leavingWord(argv, cwd) ?? bareEnvironment(argv);
}

function leavingWord(argv: readonly string[], cwd: string): Fault | null {
  const command = nameOf(argv[0] ?? "");
  if (PRINTERS.has(command)) return null;
  const folder = command === "uv" ? [cwd, valueOf(argv, "--directory") ?? ""].join("/") : cwd;
  for (const [at, word] of argv.entries()) {
    if (argv[at - 1] === "-c" && isCode(word)) {
      const fault = SHELLS.test(command) ? shellFault(word) : null;
      if (fault !== null) return { at, ...fault };
      continue;
    }
    // `--directory` itself is relative to where the step runs.
    const isDirectory = argv[at - 1] === "--directory" || word.startsWith("--directory=");
    const leaving = leavingPath(word, isDirectory ? cwd : folder);
    if (leaving === null) continue;
    return { at, find: leaving.text, message: `\`${leaving.text}\` ${leaving.why}: a run stays in its folder`, hint: STAY_INSIDE };
  }
  return null;
}

/** The variables that a shell's program sets or takes away; what else it does, a sandbox alone can confine. */
function shellFault(code: string): Omit<Fault, "at"> | null {
  for (const { name, value } of assignments(code)) {
    const fault = leadsSomewhere(name) ? environmentFault(name, value) : null;
    if (fault !== null) return { find: `${name}=`, message: `\`${name}\`: ${fault.message}`, hint: fault.hint ?? STAY_INSIDE };
  }
  const bare = /\bunset\s[^;&|\n]*\b(?:HOME|TMPDIR|PIP_REQUIRE_VIRTUALENV)\b|\benv\s+(?:-\s|-[a-z0]*i\b|--ignore-environment)/.exec(
    code,
  )?.[0];
  if (bare === undefined) return null;
  const message = `\`${bare.trim()}\` takes HOME away, so tools would find the user's own`;
  return { find: bare, message, hint: "unset what is in the way by name" };
}

/** Of a shell's program; what a shell fills in is not known. */
function assignments(code: string): { name: string; value: string }[] {
  return [...code.matchAll(ASSIGNMENT)]
    .map(([, name = "", text = ""]) => ({ name, value: unquoted(text) }))
    .filter(({ value }) => !/[$`]/.test(value));
}

/** A program given as a word, for `sh -c` and `python -c`: it does what it likes, and a sandbox alone can confine it. */
function isCode(word: string): boolean {
  return /[\s"'()]/.test(word);
}

/** Without HOME, tools take the user's home from the password database. */
function bareEnvironment(argv: readonly string[]): Fault | null {
  if (nameOf(argv[0] ?? "") !== "env") return null;
  const end = argv.findIndex(
    (word, at) => at > 0 && !word.startsWith("-") && !word.includes("=") && !/^(?:-u|--unset|-C|-S)$/.test(argv[at - 1] ?? ""),
  );
  const at = argv.findIndex((word, position) => position > 0 && (end < 0 || position < end) && isUnsetting(word, argv[position + 1]));
  if (at < 0) return null;
  const find = argv[at] ?? "";
  return {
    at,
    find,
    message: `\`env ${find}\` takes HOME away, so tools would find the user's own`,
    hint: "unset what is in the way by name, one `-u NAME` each",
  };
}

function isUnsetting(word: string, next: string | undefined): boolean {
  if (word === "-" || word === "--ignore-environment" || /^-[a-z0]*i/.test(word)) return true;
  const name = word === "-u" || word === "--unset" ? next : /^(?:-u|--unset=)(.+)$/.exec(word)?.[1];
  return name !== undefined && /^(?:HOME|TMPDIR|PIP_REQUIRE_VIRTUALENV)$/.test(name);
}

/**
 * The word by which a command changes the chosen Python itself, placeholders not filled; `null`: it leaves that alone, as far as
 * is known of other programs than uv, pip and `sh -c`.
 */
export function wordThatChangesPython(
  argv: readonly string[],
  isVenvActive: boolean,
  env: Readonly<Record<string, string>>,
  venv: string,
): string | null {
  const command = nameOf(argv[0] ?? "");
  const code = SHELLS.test(command) ? argv.indexOf("-c") + 1 : 0;
  if (code > 0) {
    const set = assignments(argv[code] ?? "").find(({ name, value }) => changesPython(name, value));
    const find = set === undefined ? /\bpip\b[^;&|\n]*?\s(--system|--break-system-packages)\b/.exec(argv[code] ?? "")?.[1] : `${set.name}=`;
    return find ?? null;
  }
  const pip = argv.findIndex((each) => /^pip[\d.]*$/.test(each));
  const breaking = argv.findIndex((each) => each === "--break-system-packages" || (pip >= 0 && each === "--system"));
  if (breaking >= 0) return argv[breaking] ?? null;
  if (pip < 0) return null;
  const changing = argv.findIndex((each, at) => at > pip && CHANGES.has(each));
  if (changing < 0 || ["--target", "-t", "--prefix"].some((option) => valueOf(argv, option) !== null)) return null;
  if (command === "uv" && argv[pip - 1] !== "-m") {
    const asked = valueOf(argv, "--python") ?? valueOf(argv, "-p");
    const python = asked ?? env["UV_PYTHON"] ?? null;
    if (python === null || python === "" || isOfTheRun(python, venv)) return null;
    const at = argv.findIndex((each) => asked !== null && (each === asked || each.endsWith(`=${asked}`) || each === `-p${asked}`));
    return argv[at < 0 ? changing : at] ?? null;
  }
  const isOnPath = !(isVenvActive || /^\{\{\s*venv\s*\}\}/.test(env["PATH"] ?? ""));
  if (pip === 0) return isOnPath && valueOf(argv, "--python") === null ? (argv[changing] ?? null) : null;
  if (argv[pip - 1] !== "-m" || !/^(?:python[\d.]*|\{\{\s*python\s*\}\})$/.test(argv[0] ?? "")) return null;
  return isOnPath || !(argv[0] ?? "").startsWith("python") ? "pip" : null;
}

/** A path in the run's folder, rather than a version or a name, which old releases look for on the machine. */
function isOfTheRun(python: string, venv: string): boolean {
  return IN_THE_RUN.test(python) || python === venv || (!python.startsWith("{{") && /^\.|\//.test(python));
}

function nameOf(command: string): string {
  return command.slice(command.lastIndexOf("/") + 1);
}

/** Of an option: `--python X`, `--python=X`, `-pX`. */
function valueOf(argv: readonly string[], option: string): string | null {
  for (const [at, word] of argv.entries()) {
    if (word === option) return argv[at + 1] ?? null;
    const glued = option.startsWith("--") ? `${option}=` : option;
    if (word.startsWith(glued)) return word.slice(glued.length);
  }
  return null;
}
