import { stripVTControlCharacters } from "node:util";
import type { StepRecord } from "../observation/model.ts";

/** What uv's argument parser (clap 3 and 4) says of a command or an option that it does not know. */
const REFUSALS = [
  /^error: unrecognized subcommand '(.+)'$/,
  /^error: unexpected argument '(.+)' found$/,
  /^error: Found argument '(.+)' which wasn't expected\b/,
  /^error: The subcommand '(.+)' wasn't recognized$/,
];

/** The parser shows how the program is used; another program's parser (one started by `uv run`) names another. */
const USAGE = /^usage:\s+uvx?(?:\.exe)?(?:\s|$)/im;

/**
 * The command or option that this release of uv does not know, `null` where its parser refused nothing. Exit
 * status 2 alone says nothing, and a package's code may print the same words: so the step's own first word must
 * be uv or uvx, and the refused word one of the step's.
 */
export function refusedArgument(step: StepRecord): string | null {
  const [program = "", ...words] = step.argv;
  if (step.exit !== 2 || !/^(?:.*[\\/])?uvx?(?:\.exe)?$/.test(program)) return null;
  const stderr = stripVTControlCharacters(step.stderr);
  if (!USAGE.test(stderr)) return null;
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
