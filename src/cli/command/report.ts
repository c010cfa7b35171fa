import { readFile } from "node:fs/promises";
import { toMarkdown } from "../../report/markdown.ts";
import { mergeRuns, readRunJson } from "../../report/read-json.ts";
import { UserError } from "../../scenario/error.ts";
import { checkWritable } from "../output-file.ts";
import { checkForm, writeReport } from "../report-file.ts";

/** `uv-mre report`: any form of report from kept JSON; several files become one. */
export async function reportCommand(files: string[], { to }: { readonly to: string[] }): Promise<number> {
  for (const file of to) {
    checkForm(file);
    await checkWritable(file, files);
  }
  const parts = [];
  for (const file of files) {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new UserError(`${file}: cannot be read (${error.code ?? error.message})`);
    });
    parts.push(readRunJson(file, text));
  }
  const results = mergeRuns(parts);
  if (to.length === 0) process.stdout.write(toMarkdown(results));
  for (const file of to) {
    await writeReport(file, results, {});
    process.stderr.write(`wrote ${file}\n`);
  }
  return 0;
}
