import { readFile } from "node:fs/promises";
import { mergeKept, readKept } from "../../report/read-json.ts";
import { reportedMarkdown } from "../../report/reported-markdown.ts";
import { UserError } from "../../scenario/error.ts";
import { checkReports, writeReport } from "../report-file.ts";

/** `uv-mre report`: any form of report from kept JSON; several files become one. */
export async function reportCommand(files: string[], { to }: { readonly to: string[] }): Promise<number> {
  await checkReports(to, files);
  const parts = [];
  for (const file of files) {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new UserError(`${file}: cannot be read (${error.code ?? error.message})`);
    });
    parts.push(readKept(file, text));
  }
  const reported = mergeKept(parts);
  const onlyCauses = reported.results.length === 0 && reported.searches.every(({ kind }) => kind === "explore");
  if (onlyCauses) await checkReports(to, files, { causes: true });
  if (to.length === 0) process.stdout.write(reportedMarkdown(reported));
  for (const file of to) await writeReport(file, reported);
  return 0;
}
