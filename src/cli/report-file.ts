import path from "node:path";
import { REPORT_FORMATS, formatOf, type ReportFormat, type ReportFormatOptions } from "../report/report-format.ts";
import type { Reported } from "../report/reported.ts";
import { readPage } from "../run/report/page.ts";
import { UserError } from "../scenario/error.ts";
import { checkWritable, writeOutput } from "./output-file.ts";
import { note } from "./output-streams.ts";

/** The format of a report by its file's ending, Markdown where the name has none. Throws `UserError` for an unknown one. */
export function checkFormat(file: string): ReportFormat {
  const format = formatOf(path.extname(file) === "" ? `${file}.md` : file);
  if (format !== null) return format;
  const known = REPORT_FORMATS.map(({ ending, what }) => `  ${ending}  ${what}`).join("\n");
  throw new UserError(`${file}: no format of report has this ending; it is one of\n${known}`);
}

/** Refuses, before anything is run, files that cannot be written and formats that show nothing of what `explore` finds. */
export async function checkReports(
  files: readonly string[],
  inputs: readonly string[],
  options: { readonly causes?: boolean } = {},
): Promise<void> {
  for (const file of files) {
    await checkWritable(file, inputs);
    const format = checkFormat(file);
    if (options.causes === true && !format.showsCauses) {
      const others = REPORT_FORMATS.filter(({ showsCauses }) => showsCauses).map(({ ending }) => ending);
      throw new UserError(
        `${file}: ${format.ending} shows verdicts of releases, and explore finds causes: name one that ends in ${others.join(", ")}`,
      );
    }
  }
}

/** Writes a report in the format that the file's name asks for. */
export async function writeReport(file: string, reported: Reported, options: ReportFormatOptions = {}): Promise<void> {
  const format = checkFormat(file);
  const page = format.usesPage ? { page: await readPage() } : {};
  await writeOutput(file, format.render(reported, { ...options, ...page }));
  note(`wrote ${file}`);
}
