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
    /** Whether it was reduced to the smallest set. */
    readonly reduced: boolean;
    /** TOML, and the release to run it with. */
    readonly scenario: string;
    readonly uv: string;
  }[];
  readonly groups: readonly {
    readonly verdict: string;
    readonly signature: string;
    /** Why there is no verdict. */
    readonly reason: string | null;
    readonly runs: readonly (readonly Factor[])[];
  }[];
  /** What the starting point came to; the search stops where it is neither healthy nor shows the symptom. */
  readonly start: { readonly verdict: string; readonly reason: string | null } | null;
  readonly stopped: boolean;
  readonly interrupted: boolean;
  /** Axes whose options all came to no verdict. */
  readonly dropped: Exploration["dropped"];
  /** Options that showed what the starting point showed. */
  readonly unchanged: readonly Factor[];
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
  };
}

/** The exploration for a terminal. Ends without a newline. */
export function exploreText(report: ExploreReport, paint: Paint = PLAIN): string {
  const { result, axes, written, flags = [] } = report;
  const lines = [
    `${report.scenario} with uv ${report.uv}: ${counted(result.samples.length, "run")} over ${axes.length} ${axes.length === 1 ? "axis" : "axes"}, up to ${result.depth} changed at once`,
  ];
  if (result.stopped) {
    lines.push(paint.bold(`The starting point is ${result.start?.verdict ?? "unresolved"}, so nothing was varied: it should be healthy.`));
    if (typeof result.start?.reason === "string") lines.push(`  ${oneLine(result.start.reason, 400)}`);
    return lines.join("\n");
  }
  if (result.interrupted) lines.push(paint.yellow("Interrupted: this is what was found until then."));
  if (result.causes.length === 0) lines.push("The symptom appeared in none of them.");
  for (const [index, found] of result.causes.entries()) {
    lines.push(paint.bold(`${index + 1}. ${causeWords(found)}`));
    for (const { factor, without, proven } of found.necessary) {
      lines.push(
        `   without ${factorWords(factor)}: ${paintVerdict(paint, without.verdict)}${proven ? "" : " (this does not prove it necessary)"}`,
      );
    }
    if (!found.reduced) lines.push("   It may hold more than is needed: the search ended before it was reduced (--budget).");
    const cause = written[index];
    if (cause !== undefined && cause.file !== null)
      lines.push(`   run it: ${commandLine(["npx", "uv-mre", "run", cause.file, "--uv", cause.uv, ...flags])}`);
  }
  if (result.exhausted) lines.push(paint.yellow("The budget ran out before everything was tried (--budget)."));
  if (result.conflicting > 0) lines.push(`Not tried: ${result.conflicting} combinations whose options set the same thing.`);
  for (const { axis, reason } of result.dropped)
    lines.push(oneLine(`Dropped, since every option came to no verdict: ${axis} (${reason})`, 400));
  if (result.unchanged.length > 0) lines.push(`These change nothing: ${result.unchanged.map(factorWords).join("; ")}`);
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
