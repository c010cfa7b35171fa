import { availableParallelism } from "node:os";
import path from "node:path";
import { EXIT } from "../../report/exit-status.ts";
import { commandLine } from "../../report/command-line.ts";
import { oneRelease } from "../../run/matrix/one-release.ts";
import { minimize, type Minimized } from "../../run/minimize/minimize.ts";
import { checkWritable, writeOutput } from "../output-file.ts";
import { note } from "../output-streams.ts";
import { guardOutside, sandboxOption, type SandboxOptions } from "../sandbox.ts";
import { readOneScenario } from "../scenario-files.ts";
import { withSession } from "../session.ts";
import { programWords } from "../started-as.ts";

export interface MinimizeCommandOptions extends SandboxOptions {
  readonly uv: string;
  readonly output?: string;
  readonly jobs?: number;
  readonly python?: string;
}

/** `uv-mre minimize`: writes the smallest scenario that shows the same; Ctrl-C keeps what is smallest by then. */
export async function minimizeCommand(file: string, options: MinimizeCommandOptions): Promise<number> {
  const loaded = await readOneScenario(file, options);
  const output = options.output ?? smallerName(file);
  await checkWritable(output, [loaded.file]);
  const session = { python: options.python ?? null, ...sandboxOption(options), notice: note };
  return withSession(session, async ({ harness, signal, interrupted }) => {
    await guardOutside(harness, [loaded], options);
    const release = await harness.release(await oneRelease(harness, loaded, "--uv", options.uv));
    const started = performance.now();
    const minimized = await minimize(harness, loaded, {
      release,
      signal,
      parallel: options.jobs ?? availableParallelism(),
      onCut: (words, text) => note(`${linesOf(text)} lines: ${words}`),
    });
    await writeOutput(output, minimized.text);
    tell(minimized, loaded.text, { output, seconds: (performance.now() - started) / 1000, uv: release.version });
    return interrupted() ? EXIT.interrupted : EXIT.ok;
  });
}

function tell(
  { text, went, shortened, runs, pair, stopped }: Minimized,
  before: string,
  { output, seconds, uv }: { output: string; seconds: number; uv: string },
): void {
  const ended = stopped ? "Stopped: the smallest so far" : "Nothing more can go";
  console.log(`${ended}: ${linesOf(before)} lines before, ${linesOf(text)} now (uv ${uv}, ${runs} runs, ${seconds.toFixed(0)} s).`);
  console.log(went.length === 0 ? "Nothing went." : `Went: ${went.join("; ")}.`);
  if (shortened.length > 0) console.log(`Shorter: ${shortened.join("; ")}.`);
  console.log(
    pair === null
      ? "There is no option of [vary] that heals it, so what is left may be less than the bug: the symptom alone was kept."
      : `Kept: the symptom, and that it is healthy with ${pair.axis} "${pair.option}".`,
  );
  console.log(`wrote ${output}\n  ${commandLine([...programWords(), "run", output, "--uv", uv])}`);
}

/** Lines with something in them, comments aside. */
function linesOf(text: string): number {
  return text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#")).length;
}

function smallerName(file: string): string {
  if (file === "-") return "minimized.toml";
  return `${path.join(path.dirname(file), path.basename(file).replace(/\.(?:toml|md|markdown)$/iu, ""))}.min.toml`;
}
