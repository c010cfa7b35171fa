import { writeFile } from "node:fs/promises";
import { UserError } from "../../scenario/error.ts";
import { STARTER_SCENARIO } from "../../scenario/starter.ts";

/** Writes the commented starter scenario; refuses to replace a file unless told to. */
export async function initCommand(file: string, options: { force?: boolean }): Promise<number> {
  try {
    await writeFile(file, STARTER_SCENARIO, { flag: options.force === true ? "w" : "wx" });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST") throw new UserError(`${file} exists already; name another file, or say --force to replace it`);
    throw new UserError(`${file} cannot be written (${code ?? String(error)})`);
  }
  console.log(`wrote ${file}\n\nRun it:\n  uv-mre run ${file}\n  uv-mre run ${file} --uv 0.9.5 --uv latest --report report.md`);
  return 0;
}
