import type { Axis, Factor } from "../scenario/vary.ts";
import type { Exploration } from "../explore/search.ts";
import {
  causeWords,
  counted,
  exploreWords,
  factorWords,
  INTERRUPTED,
  NO_CAUSE,
  NOT_REDUCED,
  searchNotes,
  stoppedWords,
  unprovenWords,
} from "./explore-words.ts";
import { toRunEntry, type RunJsonEntry } from "./json.ts";
import type { RunResult } from "./model.ts";
import { commandLine } from "./command-line.ts";
import { paintVerdict, PLAIN, type Paint } from "./paint.ts";
import { oneLine } from "../observation/visible-text.ts";

/** An exploration and the scenarios that its causes make. */
export interface ExploreReport {
  /** Path as given. */
  readonly scenario: string;
  readonly uv: string;
  readonly axes: readonly Axis[];
  readonly result: Exploration;
  /** For each cause, in their order. */
  readonly written: readonly WrittenCause[];
  /** What the runs depended on besides the release, as flags of `run`. */
  readonly flags?: readonly string[];
  /** How we are started; `npx uv-mre` unless said. */
  readonly program?: readonly string[];
  /** The command that asks for the same again: `["npx", "uv-mre", "explore", …]`. */
  readonly command?: readonly string[];
  /** The runs that the answer rests on: the starting point, those that show a cause, and those without one of its factors. */
  readonly runs?: readonly ExploredRun[];
}

/** A run of the scenario with some factors changed. */
export interface ExploredRun {
  readonly factors: readonly Factor[];
  readonly run: RunResult;
}

/** A cause as a scenario that runs, where it was written (`null`: it was not), and the release that it is about. */
export interface WrittenCause {
  readonly text: string;
  readonly file: string | null;
  readonly uv: string;
}

/** What `explore --json` prints. */
export interface ExploreJson {
  readonly schema: 1;
  readonly kind: "explore";
  /** As given on the command line. */
  readonly scenario: string;
  readonly uv: string;
  /** In all. */
  readonly runs: number;
  /** The budget ended before everything was tried. */
  readonly exhausted: boolean;
  /** Combinations whose options set the same thing, which were not tried. */
  readonly conflicting: number;
  /** The smallest sets of factors that show the symptom. */
  readonly causes: readonly {
    readonly factors: readonly Factor[];
    readonly necessary: readonly { readonly factor: Factor; readonly verdictWithout: string; readonly proven: boolean }[];
    /** Whether it was reduced to the smallest set. */
    readonly reduced: boolean;
    /** TOML, and the release to run it with. */
    readonly scenario: string;
    readonly uv: string;
  }[];
  /** Kinds of outcome, with the runs that came to each. */
  readonly groups: readonly {
    readonly verdict: string;
    readonly signature: string;
    /** Why there is no verdict. */
    readonly reason: string | null;
    readonly runs: readonly (readonly Factor[])[];
  }[];
  /** What the starting point came to; the search stops where it is neither healthy nor shows the symptom. */
  readonly start: { readonly verdict: string; readonly reason: string | null } | null;
  /** The starting point has no verdict, so nothing was varied. */
  readonly stopped: boolean;
  /** What was found until a signal ended it. */
  readonly interrupted: boolean;
  /** Axes whose options all came to no verdict. */
  readonly dropped: Exploration["dropped"];
  /** Options that showed what the starting point showed. */
  readonly unchanged: readonly Factor[];
  /** What `uv-mre report` makes the other forms of. */
  readonly kept: Pick<ExploreReport, "axes" | "written" | "flags" | "command"> & { readonly result: Exploration };
  /** The runs that the answer rests on. */
  readonly explored: readonly { readonly factors: readonly Factor[]; readonly run: RunJsonEntry }[];
}

export function toExploreJson(report: ExploreReport): ExploreJson {
  const { scenario, uv, result, written, axes, flags, command, runs = [] } = report;
  const groups = Map.groupBy(result.samples, (sample) => `${sample.verdict} ${sample.signature}`);
  return {
    schema: 1,
    kind: "explore",
    scenario,
    uv,
    runs: result.samples.length,
    exhausted: result.exhausted,
    conflicting: result.conflicting,
    causes: result.causes.map(({ factors, necessary, reduced }, index) => ({
      factors,
      necessary: necessary.map(({ factor, without, proven }) => ({ factor, verdictWithout: without.verdict, proven })),
      reduced,
      scenario: written[index]?.text ?? "",
      uv: written[index]?.uv ?? uv,
    })),
    groups: [...groups.values()].map((samples) => ({
      verdict: samples[0]?.verdict ?? "unresolved",
      signature: samples[0]?.signature ?? "",
      reason: samples[0]?.reason ?? null,
      runs: samples.map((sample) => sample.factors),
    })),
    start: result.start === null ? null : { verdict: result.start.verdict, reason: result.start.reason ?? null },
    stopped: result.stopped,
    interrupted: result.interrupted,
    dropped: result.dropped,
    unchanged: result.unchanged,
    kept: { axes, written, result, ...(flags !== undefined && { flags }), ...(command !== undefined && { command }) },
    explored: runs.map(({ factors, run }) => ({ factors, run: toRunEntry(run) })),
  };
}

/** The exploration for a terminal. Ends without a newline. */
export function exploreText(report: ExploreReport, paint: Paint = PLAIN): string {
  const { result, written, flags = [], program = ["npx", "uv-mre"] } = report;
  const lines = [exploreWords(report)];
  const stopped = stoppedWords(result);
  if (stopped !== null) return [...lines, paint.bold(stopped.text), ...(stopped.why === null ? [] : [`  ${stopped.why}`])].join("\n");
  if (result.interrupted) lines.push(paint.yellow(INTERRUPTED));
  if (result.causes.length === 0) lines.push(NO_CAUSE);
  for (const [index, found] of result.causes.entries()) {
    lines.push(paint.bold(`${index + 1}. ${causeWords(found)}`));
    for (const proof of found.necessary)
      lines.push(`   without ${factorWords(proof.factor)}: ${paintVerdict(paint, proof.without.verdict)}${unprovenWords(proof)}`);
    if (!found.reduced) lines.push(`   ${NOT_REDUCED}`);
    const cause = written[index];
    if (cause !== undefined && cause.file !== null)
      lines.push(`   run it: ${commandLine([...program, "run", cause.file, "--uv", cause.uv, ...flags])}`);
  }
  lines.push(...searchNotes(result).map(({ text, isWarning }) => (isWarning ? paint.yellow(text) : text)));
  const groups = Map.groupBy(result.samples, (sample) => `${sample.verdict}: ${sample.signature}`);
  lines.push(paint.dim(`${counted(groups.size, "kind")} of outcome:`));
  for (const [what, samples] of groups) {
    lines.push(paint.dim(`  ${samples.length} × ${oneLine(what, 200)}`));
    const [sample] = samples;
    if (typeof sample?.reason === "string") lines.push(paint.dim(`      ${oneLine(sample.reason, 200)}`));
  }
  const [first] = written;
  if (first !== undefined && first.file === null) {
    lines.push("", `The first as a scenario, for uv ${first.uv} (--write FOLDER writes all of them):`, "", first.text.trimEnd());
  }
  return lines.join("\n");
}
