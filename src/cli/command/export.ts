import { writeFile } from "node:fs/promises";
import { exportScenario } from "../../run/export.ts";
import { loadScenarios } from "../../run/load.ts";
import { UserError } from "../../scenario/error.ts";
import { checkWritable } from "../output-file.ts";
import { readStdin, withSession } from "../session.ts";

export interface ExportOptions {
  to: "script" | "docker" | "git";
  output?: string;
  verify?: boolean;
  uv: string[];
}

/** `uv-mre export`: writes the scenario as something that runs without uv-mre. */
export async function exportCommand(file: string, options: ExportOptions): Promise<number> {
  const [loaded, ...others] = await loadScenarios([file], readStdin);
  if (loaded === undefined || others.length > 0) throw new UserError(`${file}: name one scenario`);
  if (options.to !== "script") throw new UserError(`--to ${options.to} is not there yet`);
  const { output } = options;
  if (output !== undefined) await checkWritable(output);
  return withSession({ python: null, notice: (text) => process.stderr.write(`${text}\n`) }, async ({ harness }) => {
    const exported = await exportScenario(harness, loaded.scenario);
    const script = exported.script(null);
    if (output === undefined) process.stdout.write(script);
    else await writeFile(output, script, { mode: 0o755 });
    return 0;
  });
}
