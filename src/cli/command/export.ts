import { writeFile } from "node:fs/promises";
import { verifyScript } from "../../run/export-verify.ts";
import { exportScenario } from "../../run/export.ts";
import { loadScenarios } from "../../run/load.ts";
import { planCells } from "../../run/plan.ts";
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
  return withSession({ python: null, notice: (text) => process.stderr.write(`${text}\n`) }, async ({ harness, signal }) => {
    const exported = await exportScenario(harness, loaded.scenario);
    const plain = exported.script(null);
    const verified: string[] = [];
    if (options.verify === true) {
      const specs = options.uv.length > 0 ? options.uv : ["oldest", "latest"];
      for (const { uv } of await planCells(harness, [loaded], specs)) {
        const verification = await verifyScript(harness, loaded, plain, await harness.release(uv), { signal });
        if (signal.aborted) return 130;
        process.stderr.write(
          `uv ${verification.uv}: ${verification.verdict}${verification.difference.length === 0 ? ", the script shows the same" : ""}\n`,
        );
        if (verification.difference.length > 0) {
          process.stderr.write(
            `the script differs from our own run; nothing is written\n${verification.difference.map((line) => `  ${line}\n`).join("")}`,
          );
          return 3;
        }
        verified.push(verification.uv);
      }
    }
    const script = verified.length > 0 ? exported.script(verified) : plain;
    if (output === undefined) process.stdout.write(script);
    else await writeFile(output, script, { mode: 0o755 });
    return 0;
  });
}
