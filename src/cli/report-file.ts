import path from "node:path";
import { FORMS, formOf, type Form, type FormOptions } from "../report/form.ts";
import type { Reported } from "../report/reported.ts";
import { readPage } from "../run/report/page.ts";
import { UserError } from "../scenario/error.ts";
import { checkWritable, writeOutput } from "./output-file.ts";
import { note } from "./output-streams.ts";

/** The form of a report by its file's ending, Markdown where the name has none. Throws `UserError` for an unknown one. */
export function checkForm(file: string): Form {
  const form = formOf(path.extname(file) === "" ? `${file}.md` : file);
  if (form !== null) return form;
  const known = FORMS.map(({ ending, what }) => `  ${ending}  ${what}`).join("\n");
  throw new UserError(`${file}: no form of report has this ending; it is one of\n${known}`);
}

/** Refuses, before anything is run, files that cannot be written and forms that show nothing of what `explore` finds. */
export async function checkReports(
  files: readonly string[],
  inputs: readonly string[],
  options: { readonly causes?: boolean } = {},
): Promise<void> {
  for (const file of files) {
    await checkWritable(file, inputs);
    const form = checkForm(file);
    if (options.causes === true && !form.showsCauses) {
      const others = FORMS.filter(({ showsCauses }) => showsCauses).map(({ ending }) => ending);
      throw new UserError(
        `${file}: ${form.ending} shows verdicts of releases, and explore finds causes: name one that ends in ${others.join(", ")}`,
      );
    }
  }
}

/** Writes a report in the form that the file's name asks for. */
export async function writeReport(file: string, reported: Reported, options: FormOptions = {}): Promise<void> {
  const form = checkForm(file);
  const page = form.usesPage ? { page: await readPage() } : {};
  await writeOutput(file, form.render(reported, { ...options, ...page }));
  note(`wrote ${file}`);
}
