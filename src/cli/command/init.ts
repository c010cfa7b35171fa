import { commandLine } from "../../report/command-line.ts";
import { programWords } from "../started-as.ts";
import { EXIT } from "../../report/exit-status.ts";
import { STARTER_SCENARIO } from "../../scenario/starter.ts";
import { writeOutput } from "../output-file.ts";

/** Writes the commented starter scenario; refuses to replace a file unless told to. */
export async function initCommand(file: string, options: { force?: boolean }): Promise<number> {
  await writeOutput(file, STARTER_SCENARIO, { flag: options.force === true ? "w" : "wx" });
  const run = commandLine([...programWords(), "run", file]);
  console.log(`wrote ${file}\n\nRun it:\n  ${run}\n  ${run} --uv 0.9.5 --uv latest --report report.md`);
  return EXIT.ok;
}
