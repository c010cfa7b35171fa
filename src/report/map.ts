import { minorOf } from "../bisect/minor.ts";
import type { MapResult, Segment } from "../bisect/model.ts";
import type { Verdict } from "../observation/model.ts";
import { changesOf, compareUrl, mapStatement } from "./bisect-words.ts";
import { commandLine, savedName } from "./command-line.ts";
import { differenceWords } from "./difference-words.ts";
import { fitReport, GITHUB_LIMIT, type Limits } from "./limits.ts";
import { scenarioFence } from "./markdown-section.ts";
import { blocks, code, fence, fittedToScreen, foldedBeyond, markdownList, prose, table } from "./markdown-text.ts";
import { paintVerdict, PLAIN, type TextOptions } from "./paint.ts";
import { sortByRelease } from "./releases.ts";
import { runOf } from "./run-of.ts";
import { withoutVerdict, type SearchEvidence } from "./search-evidence.ts";
import { SIGNS } from "./verdict-signs.ts";
import { oneLine } from "../observation/visible-text.ts";

/** A map of all releases and the runs behind it. */
export interface MapReport extends SearchEvidence {
  /** Path as given. */
  readonly scenario: string;
  readonly result: MapResult;
  /** The command that asks for the same again: `["npx", "uv-mre", "map", …]`. */
  readonly command: readonly string[];
  /** Of the whole search. */
  readonly durationMs?: number;
}

/** With a plain hyphen, which every terminal shows. */
const LETTERS = { ...SIGNS, unsupported: "-" } as const satisfies Record<Verdict, string>;
/** For releases that were not run. */
const INFERRED = { reproduced: "r", healthy: "h", unresolved: "¿", unsupported: "_" } as const satisfies Record<Verdict, string>;

/** The strip: one cell a release, one line a minor (longer ones go on below), and a legend of what occurs. */
export function mapText(report: MapReport, { width = 80, paint = PLAIN }: TextOptions = {}): string {
  const { scenario, result, command } = report;
  const cells = result.segments.flatMap((segment) => cellsOf(segment));
  const minors = Map.groupBy(cells, ({ uv }) => minorOf(uv));
  const column = Math.max(...[...minors.keys()].map((minor) => minor.length), 0);
  const room = Math.max(10, width - column - 2);
  const lines = [paint.bold(oneLine(scenario))];
  for (const [minor, ofMinor] of minors) {
    for (let from = 0; from < ofMinor.length; from += room) {
      const strip = ofMinor.slice(from, from + room).map(({ verdict, letter }) => paintVerdict(paint, verdict, letter));
      lines.push(`${(from === 0 ? minor : "").padEnd(column)}  ${strip.join("")}`);
    }
  }
  lines.push(legend(cells), ...result.segments.map((segment) => `  ${segmentWords(segment)}  ${paintVerdict(paint, segment.verdict)}`));
  for (const { releases, words } of withoutVerdict(result.probes, report))
    lines.push(`  ${oneLine(`${releases.join(", ")}: ${words}`, 400)}`);
  const statement = mapStatement(result);
  lines.push(coverageWords(result), ...(statement === null ? [] : [statement.text]), paint.dim(`repeat: ${commandLine(command)}`));
  return lines.join("\n");
}

interface Cell {
  readonly uv: string;
  readonly verdict: Verdict;
  readonly letter: string;
}

function cellsOf({ probed, inferred, verdict }: Segment): Cell[] {
  const run = new Set(probed);
  return sortByRelease([...probed, ...inferred].map((uv) => ({ uv, verdict, letter: (run.has(uv) ? LETTERS : INFERRED)[verdict] })));
}

function legend(cells: readonly Cell[]): string {
  const words = new Map(cells.map(({ letter, verdict }) => [letter, letter === LETTERS[verdict] ? verdict : `${verdict}, not run`]));
  return `  ${[...words].map(([letter, word]) => `${letter} ${word}`).join("   ")}`;
}

function segmentWords({ from, to, probed, inferred }: Segment): string {
  const range = from === to ? from : `${from} … ${to}`;
  return `${range} (${probed.length} of ${probed.length + inferred.length} run)`;
}

/** What the map can't have seen: it says how many releases were not run, and how long a stretch may hide among them. */
export function coverageWords({ exhaustive, widestGap, probes, segments }: MapResult): string {
  const releases = segments.reduce((sum, { probed, inferred }) => sum + probed.length + inferred.length, 0);
  const once = probes.filter(
    ({ verdict, verdicts }) => (verdict === "reproduced" || verdict === "healthy") && verdicts.length === 1,
  ).length;
  if (exhaustive)
    return releases === 1
      ? "The one release was asked."
      : `All ${releases} releases were asked${once === 0 ? "" : `, ${once} of them by a single run`}.`;
  const gap = `between two that agree, at most ${widestGap} were not run: a stretch of another verdict not longer than that may be missed`;
  return `${probes.length} of ${releases} releases were run; ${gap} (without --sample all are run).`;
}

/** The map as GitHub Markdown: the stretches of one verdict, what changed at each border, and how to repeat it. */
export function mapMarkdown(report: MapReport, limit = GITHUB_LIMIT): string {
  return fitReport((limits) => `${render(report, limits)}\n`, limit);
}

function render(report: MapReport, limits: Limits): string {
  const { scenario, result, runs, command } = report;
  const { segments } = result;
  const file = savedName(scenario);
  const rows = segments
    .slice(0, limits.table)
    .map(({ from, to, verdict, probed, inferred }) => [
      code(from === to ? from : `${from} – ${to}`, 80),
      verdict,
      `${probed.length} of ${probed.length + inferred.length}`,
    ]);
  const rest = segments.length > limits.table ? `${segments.length - limits.table} more rows are left out.` : "";
  const statement = mapStatement(result);
  const open = blocks(
    `# ${prose(runs[0]?.title ?? scenario, 200)}`,
    foldedBeyond(MOST_ROWS, `${segments.length} stretches`, table(["uv", "verdict", "run"], rows)),
    rest,
    coverageWords(result),
    foldedBeyond(4, "Releases without a verdict", reasonLines(report, limits)),
    statement === null ? null : prose(statement.text),
    ...openBorders(borders(report, limits)),
    "## Repeat it",
    `Save the scenario as \`${file}\` and run:`,
    fence(commandLine(command.map((word) => (word === scenario ? file : word))), "sh"),
  );
  return fittedToScreen(open, { summary: "The scenario", content: runs[0] === undefined ? "" : scenarioFence(runs[0], limits) });
}

/** More are folded. */
const [MOST_ROWS, MOST_BORDER_LINES] = [14, 20];

function openBorders(sections: readonly string[]): string[] {
  const whole = blocks(...sections);
  return [foldedBeyond(MOST_BORDER_LINES, `What changed at ${sections.length === 1 ? "the border" : "each border"}`, whole)];
}

/** Why releases came to no verdict, a line for each reason. */
function reasonLines(report: MapReport, limits: Limits): string {
  const groups = withoutVerdict(report.result.probes, report);
  const lines = groups.slice(0, limits.table).map(({ releases, words }) => `- ${code(releases.join(", "), 200)}: ${prose(words, 300)}`);
  return lines.join("\n");
}

function borders({ result, runs }: MapReport, limits: Limits): string[] {
  const changes = changesOf(result);
  const shown = changes.slice(0, limits.table).map(({ lastBefore: before, firstChanged: after }) => {
    const url = compareUrl(before, after);
    const [runBefore, runAfter] = [before, after].map((uv) => runOf(uv, result.probes, runs));
    const difference =
      runBefore === undefined || runAfter === undefined
        ? ""
        : markdownList(differenceWords(runBefore, runAfter, (value) => code(value, 200)));
    return blocks(
      `## ${code(before, 60)} to ${code(after, 60)}`,
      url === null ? "" : `What lies between: ${url}`,
      difference === "" ? "" : "What differed:",
      difference,
    );
  });
  return shown.length === changes.length ? shown : [...shown, `${changes.length - shown.length} more borders are left out.`];
}
