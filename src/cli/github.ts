import { appendFile } from "node:fs/promises";
import { annotations } from "../report/annotations.ts";
import { toMarkdown } from "../report/markdown.ts";
import type { RunResult } from "../report/model.ts";
import { note } from "./output-streams.ts";

/** In a GitHub workflow: what failed is shown at its line, and the report is the step's summary. Elsewhere: nothing. */
export async function tellGitHub(results: readonly RunResult[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  if (env["GITHUB_ACTIONS"] !== "true") return;
  // Standard output may hold JSON alone; GitHub reads commands from both.
  for (const line of annotations(results)) note(line);
  const summary = env["GITHUB_STEP_SUMMARY"];
  if (summary !== undefined && summary !== "") await appendFile(summary, `${toMarkdown(results)}\n`);
}
