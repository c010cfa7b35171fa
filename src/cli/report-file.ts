import path from "node:path";
import { FORMS, formOf, type Form, type FormOptions } from "../report/form.ts";
import type { RunResult } from "../report/model.ts";
import { readPage } from "../run/report/page.ts";
import { UserError } from "../scenario/error.ts";
import { writeOutput } from "./output-file.ts";

/** The form of a report by its file's ending, Markdown where the name has none. Throws `UserError` for an unknown one. */
export function checkForm(file: string): Form {
  const form = formOf(path.extname(file) === "" ? `${file}.md` : file);
  if (form !== null) return form;
  const known = FORMS.map(({ ending, what }) => `  ${ending}  ${what}`).join("\n");
  throw new UserError(`${file}: no form of report has this ending; it is one of\n${known}`);
}

/** Writes the runs in the form that the file's name asks for. */
export async function writeReport(file: string, results: readonly RunResult[], options: FormOptions): Promise<void> {
  const form = checkForm(file);
  const page = form.usesPage ? { page: await readPage() } : {};
  await writeOutput(file, form.render(results, { ...options, ...page }));
}
