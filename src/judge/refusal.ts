import { stripVTControlCharacters } from "node:util";
import type { StepRecord } from "../observation/model.ts";

/** What uv's argument parser (clap 3 and 4) says of a command or an option that it does not know. Exported scripts look for the same. */
export const REFUSALS = [
  /^error: unrecognized subcommand '(.+)'$/,
  /^error: unexpected argument '(.+)' found$/,
  /^error: Found argument '(.+)' which wasn't expected\b/,
  /^error: The subcommand '(.+)' wasn't recognized$/,
];

/** What it says of a value that is none of an option's few. */
export const REFUSED_VALUE = /^error: invalid value '(.+)' for '.+'\n\s+\[possible values: /m;

/** The parser shows how the program is used; another program's parser (one started by `uv run`) names another. */
export const USAGE = /^usage:\s+(uvx?)(?:\.exe)?((?:[ \t]+[a-z][a-z-]*)*)(?:\s|$)/im;

/** Options of uv, `uv run` and `uvx` whose next word is their value, and not the program to run; other names of theirs, too. */
const VALUED = new Set(
  (
    "--allow-insecure-host --build-constraint --build-constraints --cache-dir --color --config-file --config-setting --config-settings " +
    "--config-settings-package --constraint --constraints --default-index --directory --env-file --exclude-newer --exclude-newer-package " +
    "--extra --extra-index-url --find-links --fork-strategy --from --group --index --index-strategy --index-url --keyring-provider --link-mode " +
    "--no-binary-package --no-build-isolation-package --no-build-package --no-editable-package --no-extra --no-group --no-sources-package " +
    "--only-group --override --overrides --package --prerelease --prerelease-package --preview-feature --preview-features --project --python " +
    "--python-platform --python-preference --refresh-package --reinstall-package --resolution --torch-backend --trusted-host --upgrade-group " +
    "--upgrade-package --with --with-editable --with-requirements -C -P -b -c -f -i -p -w"
  ).split(" "),
);

/** Other names of commands: usage lines show the first. */
const ALIASES: Readonly<Record<string, string>> = {
  virtualenv: "venv",
  v: "venv",
  clear: "clean",
  ls: "list",
  update: "upgrade",
  ensurepath: "update-shell",
};

/**
 * The command, option or value that this release of uv does not know, `null` where its parser refused nothing. Exit
 * status 2 alone says nothing, and a package's code may print the same words: so the step's own first word must
 * be uv or uvx, and the refused word one of those that uv itself reads.
 */
export function refusedArgument(step: StepRecord): string | null {
  const [program = "", ...all] = step.argv;
  if (step.exit !== 2 || !/^(?:.*[\\/])?uvx?(?:\.exe)?$/.test(program)) return null;
  const stderr = stripVTControlCharacters(step.stderr);
  const words = all.slice(0, ownWords(step.argv));
  const value = REFUSED_VALUE.exec(stderr)?.[1];
  if (value !== undefined && words.some((word) => word === value || word.endsWith(`=${value}`))) return value;
  const [, used, path = ""] = USAGE.exec(stderr) ?? [];
  // Its usage names the command that refused: one of this call, not one of a uv that this one ran.
  const commands = ["", "tool", "uvx", ...words, ...ownNames(words)];
  if (used === undefined || !path.split(/\s+/).every((command) => commands.includes(command))) return null;
  for (const line of stderr.split(/\r?\n/)) {
    for (const refusal of REFUSALS) {
      const refused = refusal.exec(line)?.[1];
      if (refused !== undefined && words.some((word) => isWrittenAs(word, refused))) return refused;
    }
  }
  return null;
}

/**
 * How many words after the command uv reads itself: after the program that `uv run`, `uvx` and `uv tool run` start, all
 * are the program's.
 */
export function ownWords([program = "", ...words]: readonly string[]): number {
  const isUvx = /uvx(?:\.exe)?$/.test(program);
  const path: string[] = [];
  for (const [position, word] of words.entries()) {
    const runs = isUvx || path[0] === "run" || (path[0] === "tool" && ["run", "uvx"].includes(path[1] ?? ""));
    if (word === "--" && runs) return position;
    if (word.startsWith("-") || wantsValue(words[position - 1] ?? "")) continue;
    if (runs) return position;
    path.push(word);
  }
  return words.length;
}

/** The names under which usage lines show commands that a call has by another. */
export function ownNames(words: readonly string[]): string[] {
  return words.flatMap((word) => (Object.hasOwn(ALIASES, word) ? [ALIASES[word] ?? ""] : []));
}

/** Whether the next word is this one's value; of short options in one word (`-qp`), the last may want it. */
function wantsValue(word: string): boolean {
  if (VALUED.has(word)) return true;
  if (!/^-[A-Za-z]{2,}$/.test(word)) return false;
  const letters = word.slice(1).split("");
  return letters.findIndex((letter) => VALUED.has(`-${letter}`)) === letters.length - 1;
}

/** The parser leaves out an option's value (`--x=1`) and takes short options apart (`-qX`). */
function isWrittenAs(word: string, refused: string): boolean {
  if (word === refused || (refused.startsWith("--") && word.startsWith(`${refused}=`))) return true;
  const short = /^-([A-Za-z])$/.exec(refused)?.[1];
  return short !== undefined && /^-[A-Za-z]/.test(word) && word.includes(short);
}
