import { fitReport, GITHUB_LIMIT, type Limits } from "./limits.ts";
import { blocks, code, details, prose, table } from "./markdown-text.ts";
import { scenarioSection } from "./markdown-section.ts";
import type { Attachment, RunResult } from "./model.ts";
import { summaryWords } from "./summary.ts";

/** Rows of the overview of scenarios: what stays open fits on a screen. */
const MOST_OPEN_ROWS = 40;

export interface ReportOptions {
  /** Characters; `GITHUB_LIMIT` unless said, at least 4,000. */
  readonly limit?: number;
  readonly attachments?: readonly Attachment[];
  /** What else the runs depended on, as flags of the command that repeats them. */
  readonly flags?: readonly string[];
  /** How we are started; `npx uv-mre` unless said. */
  readonly program?: readonly string[];
}

/**
 * The runs as GitHub Markdown, ready to paste into an issue; one section a scenario. Nothing from outside can break
 * out of its fence, notify people or hide text. Kept within the limit by cutting verbose logs first, then output,
 * time lines and files; each cut says what is missing.
 */
export function toMarkdown(results: readonly RunResult[], options: ReportOptions = {}): string {
  const scenarios = [...Map.groupBy(results, ({ scenario }) => scenario)];
  const limit = Math.max(4_000, options.limit ?? GITHUB_LIMIT);
  const report = fitReport((limits) => `${render(scenarios, results, options, limits)}\n`, limit);
  if (report.length <= limit) return report;
  return `${blocks("# uv-mre", prose(summaryWords(results)), overview(scenarios, 5), `The details do not fit into ${limit} characters.`)}\n`;
}

function render(
  scenarios: readonly (readonly [string, readonly RunResult[]])[],
  results: readonly RunResult[],
  options: ReportOptions,
  limits: Limits,
): string {
  if (results.length === 0) return "Nothing was run.";
  const section = ([scenario, runs]: readonly [string, readonly RunResult[]], level: number): string =>
    scenarioSection(runs, level, limits, {
      attachments: (options.attachments ?? []).filter((attachment) => attachment.scenario === scenario),
      flags: options.flags ?? [],
      program: options.program,
    });
  const [only] = scenarios;
  if (scenarios.length === 1 && only !== undefined) return section(only, 1);
  const shown = scenarios.slice(0, limits.sections);
  const leftOut = scenarios.length - shown.length;
  return blocks(
    `# uv-mre: ${scenarios.length} scenarios`,
    prose(summaryWords(results)),
    overview(scenarios, Math.min(Math.max(limits.table, 8), MOST_OPEN_ROWS)),
    ...shown.map((entry) => details(`${entry[0]}: ${summaryWords(entry[1])}`, section(entry, 2))),
    leftOut === 0 ? null : `${leftOut} more ${leftOut === 1 ? "scenario is" : "scenarios are"} left out to keep the report short.`,
  );
}

function overview(scenarios: readonly (readonly [string, readonly RunResult[]])[], limit: number): string {
  const rows = scenarios.slice(0, limit).map(([scenario, runs]) => [code(scenario, 120), prose(summaryWords(runs))]);
  const rest = scenarios.length > limit ? `${scenarios.length - limit} more rows are left out.` : "";
  return blocks(table(["scenario", "runs"], rows), rest);
}
