import { EXIT } from "../../report/exit-status.ts";
import { examine } from "../../run/harness/doctor.ts";
import type { DoctorJson } from "../json-outputs.ts";
import { paintFor } from "../render/paint.ts";
import { withSession } from "../session.ts";

/** `uv-mre doctor`: exit 0 if the main job can run here, else 3. */
export async function doctorCommand(options: { json?: boolean }): Promise<number> {
  return withSession({}, async ({ harness }) => {
    const findings = await examine(harness);
    if (options.json === true) console.log(JSON.stringify({ schema: 1, findings } satisfies DoctorJson, null, 2));
    else {
      const paint = paintFor(process.stdout, process.env);
      const marks = { ok: paint.green("✓"), absent: paint.yellow("–"), missing: paint.red("✗") };
      for (const { state, what, detail, advice } of findings) {
        console.log(`${marks[state]} ${what}: ${detail}`);
        if (advice !== null) console.log(`    ${advice}`);
      }
    }
    return findings.some((finding) => finding.state === "missing") ? EXIT.unresolved : EXIT.ok;
  });
}
