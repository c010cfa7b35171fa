import { badge } from "./badge.ts";
import { toHtml } from "./html.ts";
import type { Shard } from "./json.ts";
import { toJUnit } from "./junit.ts";
import type { ReportOptions } from "./markdown.ts";
import { askedRuns, type Reported } from "./reported.ts";
import { reportedMarkdown } from "./reported-markdown.ts";
import { toReportJson } from "./search-json.ts";

/** What a report may need besides the runs. */
export interface ReportFormatOptions extends ReportOptions {
  readonly shard?: Shard;
  /** The page that shows an HTML report, as built; needed where the format `usesPage`. */
  readonly page?: string;
}

/** One way to write runs and searches down, chosen by the ending of the file's name. */
export interface ReportFormat {
  readonly ending: string;
  /** For help and messages. */
  readonly what: string;
  readonly usesPage: boolean;
  /** Whether it shows what uv prints with `-v`, which takes runs of their own. */
  readonly usesLogs: boolean;
  /** Whether it shows a cause that `explore` found; the others show releases alone. */
  readonly showsCauses: boolean;
  render(reported: Reported, options: ReportFormatOptions): string;
}

export const REPORT_FORMATS: readonly ReportFormat[] = [
  {
    ending: ".md",
    what: "Markdown, ready to paste into a GitHub issue",
    usesPage: false,
    usesLogs: true,
    showsCauses: true,
    render: reportedMarkdown,
  },
  {
    ending: ".html",
    what: "one page that needs no network: every run with its requests, keyring calls and output",
    usesPage: true,
    usesLogs: false,
    showsCauses: true,
    render: (reported, { page = "" }) => toHtml(reported, page),
  },
  {
    ending: ".json",
    what: "all that is known; `uv-mre report` makes the other formats of it",
    usesPage: false,
    usesLogs: true,
    showsCauses: true,
    render: (reported, { shard }) => `${JSON.stringify(toReportJson(reported, shard), null, 2)}\n`,
  },
  {
    ending: ".xml",
    what: "JUnit, for CI",
    usesPage: false,
    usesLogs: false,
    showsCauses: false,
    render: ({ results, searches }) => toJUnit([...searches.flatMap(askedRuns), ...results]),
  },
  {
    ending: ".svg",
    what: "a strip of verdicts, release by release",
    usesPage: false,
    usesLogs: false,
    showsCauses: false,
    render: badge,
  },
];

/** The format that a file's name asks for; `null`: none is known by that ending. */
export function formatOf(file: string): ReportFormat | null {
  return REPORT_FORMATS.find(({ ending }) => file.toLowerCase().endsWith(ending)) ?? null;
}
