import type { RunResult } from "./model.ts";
import { sortByRelease } from "./releases.ts";
import { clip, oneLine, visible } from "../observation/visible-text.ts";

/** Arguments as one would type them into a POSIX shell. */
export function commandLine(argv: readonly string[]): string {
  // A shell reads a `~` in front as a home folder.
  return argv.map((word) => (/^(?!~)[\w./:=@%+,~-]+$/u.test(word) ? word : `'${quotable(word).replaceAll("'", `'\\''`)}'`)).join(" ");
}

/** Blanks stay as they are, as part of a name; what a line cannot hold is spelled out or becomes one blank. */
function quotable(word: string): string {
  return /[\t\n]/u.test(word) || visible(word) !== word ? oneLine(word, 4_000) : clip(word, 4_000);
}

/** What a step ran, and with which uv where that is not the one under test: `uv lock  # uv 0.9.4`. */
export function stepCommand({ argv, uv }: { readonly argv: readonly string[]; readonly uv?: string }): string {
  return uv === undefined ? commandLine(argv) : `${commandLine(argv)}  # uv ${oneLine(uv)}`;
}

/** The file name under which a reader saves the scenario of a report. */
export function savedName(scenario: string): string {
  const name = scenario.split(/[/\\]/u).at(-1) ?? "";
  return /^[\w][\w.-]*\.toml$/u.test(name) ? name : "scenario.toml";
}

const NAMED_RELEASES = 8;

/**
 * The command that repeats the runs of one scenario, or of several. With many releases it names the oldest, the newest and as many
 * between as keep it one line, and says so in a comment; a binary is named by its path. `flags` are the others that the runs depend on;
 * `program` is how we are started, `npx uv-mre` unless said.
 */
export function repeatCommand(
  runs: readonly RunResult[],
  file: string | readonly string[],
  options: { flags?: readonly string[] | undefined; program?: readonly string[] | undefined } = {},
): string {
  const uvs = [...new Set(sortByRelease(runs).map((run) => run.uvBinary ?? run.uv))];
  const step = Math.max(1, (uvs.length - 1) / (NAMED_RELEASES - 1));
  const named = uvs.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step) || index === uvs.length - 1);
  const { program = ["npx", "uv-mre"], flags = [] } = options;
  const line = commandLine([...program, "run", ...[file].flat(), ...named.flatMap((uv) => ["--uv", uv]), ...flags]);
  return named.length === uvs.length ? line : `${line}  # ${named.length} of the ${uvs.length} releases`;
}
