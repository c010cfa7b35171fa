import { badge } from "./badge.ts";
import { toHtml } from "./html.ts";
import { toRunJson, type Shard } from "./json.ts";
import { toJUnit } from "./junit.ts";
import { toMarkdown, type ReportOptions } from "./markdown.ts";
import type { RunResult } from "./model.ts";

/** What a report may need besides the runs. */
export interface FormOptions extends ReportOptions {
  readonly shard?: Shard;
  /** The page that shows an HTML report, as built; needed where the form `usesPage`. */
  readonly page?: string;
}

/** One way to write runs down, chosen by the ending of the file's name. */
export interface Form {
  readonly ending: string;
  /** For help and messages. */
  readonly what: string;
  readonly usesPage: boolean;
  /** Whether it shows what uv prints with `-v`, which takes runs of their own. */
  readonly usesLogs: boolean;
  render(results: readonly RunResult[], options: FormOptions): string;
}

export const FORMS: readonly Form[] = [
  { ending: ".md", what: "Markdown, ready to paste into a GitHub issue", usesPage: false, usesLogs: true, render: toMarkdown },
  {
    ending: ".html",
    what: "one page that needs no network: every run with its requests, keyring calls and output",
    usesPage: true,
    usesLogs: false,
    render: (results, { page = "" }) => toHtml(results, page),
  },
  {
    ending: ".json",
    what: "all that is known of the runs; `uv-mre report` makes the other forms of it",
    usesPage: false,
    usesLogs: true,
    render: (results, { shard }) => `${JSON.stringify(toRunJson(results, shard), null, 2)}\n`,
  },
  { ending: ".xml", what: "JUnit, for CI", usesPage: false, usesLogs: false, render: toJUnit },
  { ending: ".svg", what: "a strip of verdicts, release by release", usesPage: false, usesLogs: false, render: badge },
];

/** The form that a file's name asks for; `null`: none is known by that ending. */
export function formOf(file: string): Form | null {
  return FORMS.find(({ ending }) => file.toLowerCase().endsWith(ending)) ?? null;
}
