import type { Axis, Factor } from "../explore/axis.ts";
import type { Cause, Exploration } from "../explore/search.ts";
import type { Paint } from "./paint.ts";
import { paintVerdict } from "./paint.ts";

export interface ExploreReport {
  /** Path as given. */
  readonly scenario: string;
  readonly uv: string;
  readonly axes: readonly Axis[];
  readonly result: Exploration;
  /** The runnable scenario written for each cause, in their order; `null` where none was asked for. */
  readonly files: readonly (string | null)[];
}

/** What `explore --json` prints. */
export interface ExploreJson {
  readonly schema: 1;
  readonly scenario: string;
  readonly uv: string;
  readonly runs: number;
  readonly exhausted: boolean;
  readonly causes: readonly {
    readonly factors: readonly Factor[];
    readonly necessary: readonly { readonly factor: Factor; readonly verdictWithout: string; readonly proven: boolean }[];
  }[];
  readonly groups: readonly { readonly verdict: string; readonly signature: string; readonly runs: readonly (readonly Factor[])[] }[];
}

export function toExploreJson({ scenario, uv, result }: ExploreReport): ExploreJson {
  const groups = Map.groupBy(result.samples, (sample) => `${sample.verdict} ${sample.signature}`);
  return {
    schema: 1,
    scenario,
    uv,
    runs: result.samples.length,
    exhausted: result.exhausted,
    causes: result.causes.map(({ factors, necessary }) => ({
      factors,
      necessary: necessary.map(({ factor, without, proven }) => ({ factor, verdictWithout: without.verdict, proven })),
    })),
    groups: [...groups.values()].map((samples) => ({
      verdict: samples[0]?.verdict ?? "unresolved",
      signature: samples[0]?.signature ?? "",
      runs: samples.map((sample) => sample.factors),
    })),
  };
}

/** The exploration for a terminal. Ends without a newline. */
export function exploreText(report: ExploreReport, paint: Paint): string {
  const { result, axes, files } = report;
  const lines = [
    `${report.scenario} with uv ${report.uv}: ${result.samples.length} runs over ${axes.length} axes, up to ${result.depth} changed at once`,
  ];
  if (result.causes.length === 0) lines.push("The symptom appeared in none of them.");
  for (const [index, cause] of result.causes.entries()) {
    lines.push(paint.bold(`${index + 1}. ${causeWords(cause)}`));
    for (const { factor, without, proven } of cause.necessary) {
      lines.push(
        `   without ${factorWords(factor)}: ${paintVerdict(paint, without.verdict)}${proven ? "" : " (this does not prove it necessary)"}`,
      );
    }
    const file = files[index];
    if (file !== null && file !== undefined) lines.push(`   run it: npx uv-mre run ${file} --uv ${report.uv}`);
  }
  if (result.exhausted) lines.push(paint.yellow("The budget ran out before everything was tried (--budget)."));
  const groups = Map.groupBy(result.samples, (sample) => `${sample.verdict}: ${sample.signature}`);
  lines.push(paint.dim(`${groups.size} kinds of outcome:`));
  for (const [what, samples] of groups) lines.push(paint.dim(`  ${samples.length} × ${what.slice(0, 200)}`));
  return lines.join("\n");
}

function causeWords(cause: Cause): string {
  return cause.factors.length === 0
    ? "The starting point itself shows the symptom."
    : `The symptom appears with ${cause.factors.map(factorWords).join(" and ")}.`;
}

function factorWords(factor: Factor): string {
  return `${factor.axis} = ${factor.option}`;
}
