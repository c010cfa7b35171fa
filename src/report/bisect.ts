import type { BisectResult } from "../bisect/model.ts";
import { answerStatement, answerWords, changeOf, compareUrl, givenWords, goOnCommand } from "./bisect-words.ts";
import { commandLine, savedName } from "./command-line.ts";
import { differenceWords, indented } from "./difference-words.ts";
import { fitReport, GITHUB_LIMIT, type Limits } from "./limits.ts";
import { runEvidence, scenarioFence } from "./markdown-section.ts";
import { blocks, code, details, fence, fittedToScreen, foldedBeyond, markdownList, prose, table } from "./markdown-text.ts";
import type { RunResult } from "./model.ts";
import { paintVerdict, PLAIN, type Paint } from "./paint.ts";
import { sortByRelease } from "./releases.ts";
import { runOf } from "./run-of.ts";
import { probeWords, type SearchEvidence } from "./search-evidence.ts";
import { resultTable } from "./table.ts";
import { oneLine } from "../observation/visible-text.ts";

/** A bisection and the runs behind it. */
export interface BisectReport extends SearchEvidence {
  /** Path as given. */
  readonly scenario: string;
  readonly result: BisectResult;
  /** The command that asks for the same again: `["npx", "uv-mre", "bisect", …]`. */
  readonly command: readonly string[];
  /** Of the whole search. */
  readonly durationMs?: number;
}

/** The bisection as GitHub Markdown: last good, first bad, what differed between the two, every probe, and how to repeat it. */
export function bisectMarkdown(report: BisectReport, limit = GITHUB_LIMIT): string {
  return fitReport((limits) => `${render(report, limits)}\n`, limit);
}

function render(report: BisectReport, limits: Limits): string {
  const { scenario, result, runs, command } = report;
  const { probes, contradictions, advice } = result;
  const change = changeOf(result);
  const bounds = change === null ? [] : [change.lastBefore, change.firstChanged];
  const [before, after] = bounds.map((uv) => runOf(uv, probes, runs));
  const [last, first] = bounds;
  const file = savedName(scenario);
  const url = last === undefined || first === undefined ? null : compareUrl(last, first);
  const statement = answerStatement(result);
  const goOn = goOnCommand(
    result,
    command.map((word) => (word === scenario ? file : word)),
  );
  const open = blocks(
    `# ${prose(runs[0]?.title ?? scenario, 200)}`,
    `**${answerWords(result, (uv) => code(uv, 60), runs)}**`,
    ...givenWords(result, (uv) => code(uv, 60)),
    goOn === null ? null : `Ask the rest: ${code(commandLine(goOn), 400)}`,
    url === null ? null : `What lies between: ${url}`,
    advice,
    before === undefined || after === undefined ? null : differenceSection(before, after),
    "## Releases that were asked",
    foldedBeyond(MOST_ROWS, `${probes.length} releases`, probeTable(report, limits.table)),
    contradictions.length === 0
      ? null
      : `Other changes seen: ${contradictions.map(({ before, after }) => `${code(before.uv, 60)} ${before.verdict}, ${code(after.uv, 60)} ${after.verdict}`).join("; ")}.`,
    statement === null ? null : prose(statement.text),
    "## Repeat it",
    `Save the scenario as \`${file}\` and run:`,
    fence(commandLine(command.map((word) => (word === scenario ? file : word))), "sh"),
  );
  const evidence = [before, after, runWithoutVerdict(result, runs)]
    .filter((run) => run !== undefined)
    .map((run) => details(`Evidence: uv ${run.uv}, ${run.verdict}`, runEvidence(run, limits, "##")));
  const scenarioText = runs[0] === undefined ? "" : scenarioFence(runs[0], limits);
  return fittedToScreen(open, { summary: "The scenario", content: scenarioText }, blocks(...evidence));
}

/** More lines are folded. */
const [MOST_ROWS, MOST_CHANGES] = [14, 12];

function differenceSection(before: RunResult, after: RunResult): string {
  const lines = differenceWords(before, after, (value) => code(value, 200));
  return blocks(
    `## What differed between ${code(before.uv, 60)} and ${code(after.uv, 60)}`,
    foldedBeyond(MOST_CHANGES, "All that differed", markdownList(lines)),
  );
}

function probeTable(report: BisectReport, limit: number): string {
  const { probes } = report.result;
  const order = new Map(probes.map((probe, index) => [probe, index + 1]));
  const rows = sortByRelease(probes)
    .slice(0, limit)
    .map((probe) => [code(probe.uv, 60), prose(probeWords(probe, report)), String(order.get(probe))]);
  const rest = probes.length > limit ? `${probes.length - limit} more rows are left out.` : "";
  return blocks(table(["uv", "verdict", "run as number"], rows), rest);
}

/** Where nothing could be searched: the newest run without a verdict, which tells why. */
function runWithoutVerdict({ outcome }: BisectResult, runs: readonly RunResult[]): RunResult | undefined {
  if (outcome.kind !== "unresolved-bound" && outcome.kind !== "no-verdict") return undefined;
  return sortByRelease(runs).findLast(({ verdict }) => verdict === "unresolved" || verdict === "unsupported");
}

/** The bisection for a terminal. Ends without a newline. */
export function bisectText(report: BisectReport, paint: Paint = PLAIN): string {
  const { scenario, result, runs, command } = report;
  const { probes, advice, contradictions } = result;
  const lines = [`${oneLine(scenario)}: ${paint.bold(answerWords(result, oneLine, runs))}`];
  for (const words of givenWords(result, oneLine)) lines.push(paint.yellow(words));
  const goOn = goOnCommand(result, command);
  if (goOn !== null) lines.push(`ask the rest: ${commandLine(goOn)}`);
  const statement = answerStatement(result);
  const change = changeOf(result);
  if (change !== null) {
    const url = compareUrl(change.lastBefore, change.firstChanged);
    if (url !== null) lines.push(`  ${url}`);
    const [before, after] = [change.lastBefore, change.firstChanged].map((uv) => runOf(uv, probes, runs));
    if (before !== undefined && after !== undefined) {
      lines.push("what differed:", ...indented(differenceWords(before, after, oneLine), 1));
    }
  }
  const unclear = runWithoutVerdict(result, runs);
  if (unclear !== undefined) lines.push(resultTable([unclear], { width: 100, paint }));
  lines.push(`${probes.length} ${probes.length === 1 ? "release was" : "releases were"} run:`);
  const column = Math.max(0, ...probes.map(({ uv }) => uv.length));
  for (const probe of sortByRelease(probes))
    lines.push(`  ${oneLine(probe.uv).padEnd(column)}  ${paintVerdict(paint, probe.verdict, oneLine(probeWords(probe, report), 300))}`);
  for (const { before, after } of contradictions)
    lines.push(paint.yellow(`also: ${before.uv} ${before.verdict}, ${after.uv} ${after.verdict}`));
  if (advice !== null) lines.push(paint.yellow(advice));
  if (statement !== null) lines.push(statement.text);
  lines.push(paint.dim(`repeat: ${commandLine(command)}`));
  return lines.join("\n");
}
