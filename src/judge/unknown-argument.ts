import { stripVTControlCharacters } from "node:util";
import type { StepRecord } from "../observation/model.ts";
import { isUv, ownNames, uvCommand } from "./uv-command.ts";

/** How a reason begins that names what a release does not know. */
export const KNOWING = "a release that knows ";

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

/**
 * The command, option or value that this release of uv does not know, `null` where its parser refused nothing. Exit
 * status 2 alone says nothing, and a package's code may print the same words: so the step's own first word must
 * be uv or uvx, and the refused word one of those that uv itself reads.
 */
export function refusedArgument(step: StepRecord): string | null {
  const [program = "", ...all] = step.argv;
  if (step.exit !== 2 || !isUv(program)) return null;
  const stderr = stripVTControlCharacters(step.stderr);
  const words = all.slice(0, uvCommand(step.argv).own);
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

/** The parser leaves out an option's value (`--x=1`) and takes short options apart (`-qX`). */
function isWrittenAs(word: string, refused: string): boolean {
  if (word === refused || (refused.startsWith("--") && word.startsWith(`${refused}=`))) return true;
  const short = /^-([A-Za-z])$/.exec(refused)?.[1];
  return short !== undefined && /^-[A-Za-z]/.test(word) && word.includes(short);
}
