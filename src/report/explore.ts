import type { Axis, Factor } from "../scenario/vary.ts";
import type { Cause, Exploration } from "../explore/search.ts";
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
  readonly scenario: string;
  readonly uv: string;
  readonly runs: number;
  readonly exhausted: boolean;
  readonly conflicting: number;
  readonly causes: readonly {
    readonly factors: readonly Factor[];
    readonly necessary: readonly { readonly factor: Factor; readonly verdictWithout: string; readonly proven: boolean }[];
    /** TOML, and the release to run it with. */
    readonly scenario: string;
    readonly uv: string;
  }[];
  readonly groups: readonly { readonly verdict: string; readonly signature: string; readonly runs: readonly (readonly Factor[])[] }[];
}

export function toExploreJson({ scenario, uv, result, written }: ExploreReport): ExploreJson {
  const groups = Map.groupBy(result.samples, (sample) => `${sample.verdict} ${sample.signature}`);
  return {
    schema: 1,
    scenario,
    uv,
    runs: result.samples.length,
    exhausted: result.exhausted,
    conflicting: result.conflicting,
    causes: result.causes.map(({ factors, necessary }, index) => ({
      factors,
      necessary: necessary.map(({ factor, without, proven }) => ({ factor, verdictWithout: without.verdict, proven })),
      scenario: written[index]?.text ?? "",
      uv: written[index]?.uv ?? uv,
    })),
    groups: [...groups.values()].map((samples) => ({
      verdict: samples[0]?.verdict ?? "unresolved",
      signature: samples[0]?.signature ?? "",
      runs: samples.map((sample) => sample.factors),
    })),
  };
}

/** The exploration for a terminal. Ends without a newline. */
export function exploreText(report: ExploreReport, paint: Paint = PLAIN): string {
  const { result, axes, written, flags = [] } = report;
  const lines = [
    `${report.scenario} with uv ${report.uv}: ${counted(result.samples.length, "run")} over ${axes.length} ${axes.length === 1 ? "axis" : "axes"}, up to ${result.depth} changed at once`,
  ];
  if (result.causes.length === 0) lines.push("The symptom appeared in none of them.");
  for (const [index, found] of result.causes.entries()) {
    lines.push(paint.bold(`${index + 1}. ${causeWords(found)}`));
    for (const { factor, without, proven } of found.necessary) {
      lines.push(
        `   without ${factorWords(factor)}: ${paintVerdict(paint, without.verdict)}${proven ? "" : " (this does not prove it necessary)"}`,
      );
    }
    const cause = written[index];
    if (cause !== undefined && cause.file !== null)
      lines.push(`   run it: ${commandLine(["npx", "uv-mre", "run", cause.file, "--uv", cause.uv, ...flags])}`);
  }
  if (result.exhausted) lines.push(paint.yellow("The budget ran out before everything was tried (--budget)."));
  if (result.conflicting > 0) lines.push(`Not tried: ${result.conflicting} combinations whose options set the same thing.`);
  const groups = Map.groupBy(result.samples, (sample) => `${sample.verdict}: ${sample.signature}`);
  lines.push(paint.dim(`${counted(groups.size, "kind")} of outcome:`));
  for (const [what, samples] of groups) lines.push(paint.dim(`  ${samples.length} × ${oneLine(what, 200)}`));
  const [first] = written;
  if (first !== undefined && first.file === null) {
    lines.push("", `The first as a scenario, for uv ${first.uv} (--write FOLDER writes all of them):`, "", first.text.trimEnd());
  }
  return lines.join("\n");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function causeWords(cause: Cause): string {
  return cause.factors.length === 0
    ? "The starting point itself shows the symptom. Let the first option of each axis be the healthy one; --failing names what fails."
    : `The symptom appears with ${cause.factors.map(factorWords).join(" and ")}.`;
}

/** `AXIS = OPTION`, in one line. */
export function factorWords({ axis, option }: Factor): string {
  return oneLine(`${axis} = ${option}`);
}
