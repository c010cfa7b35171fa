import { claimedReleases } from "../../judge/claim.ts";
import type { ExportedFolder } from "../../export/folder.ts";
import { EXIT } from "../../report/exit-status.ts";
import { type Verification, verifyDockerFolder, verifyScript } from "../../run/export/export-verify.ts";
import { exportScenario } from "../../run/export/export.ts";
import type { Harness } from "../../run/harness/harness.ts";
import type { LoadedScenario } from "../../run/load-scenarios.ts";
import { planCells } from "../../run/matrix/plan.ts";
import { checkNewFolder, writeFolder } from "../../run/export/write-folder.ts";
import { UserError } from "../../scenario/error.ts";
import { checkWritable, writeOutput } from "../output-file.ts";
import { note } from "../output-streams.ts";
import { guardVerify, type SandboxOptions } from "../sandbox.ts";
import { readOneScenario } from "../scenario-files.ts";
import { withSession } from "../session.ts";

export interface ExportOptions extends SandboxOptions {
  to: "script" | "docker" | "git";
  output?: string;
  verify?: boolean;
  uv: string[];
}

/** `uv-mre export`: writes the scenario as something that runs without uv-mre; exit 3 where `--verify` found a difference. */
export async function exportCommand(file: string, options: ExportOptions): Promise<number> {
  const loaded = await readOneScenario(file, options);
  const { to, output } = options;
  if (options.verify === true) guardVerify(loaded, options);
  if (to === "script" && output !== undefined) await checkWritable(output, [loaded.file]);
  if (to !== "script") {
    if (output === undefined) throw new UserError(`--to ${to} writes a folder: name it with --output`);
    await checkNewFolder(output);
  }
  return withSession({ python: null, notice: note }, async ({ harness, signal }) => {
    const exported = await exportScenario(harness, loaded);
    const releases = await releasesFor(harness, loaded, options.uv);
    const dockerFolder = (verified: readonly string[] | null): ExportedFolder =>
      exported.dockerFolder({ uv: releases.at(-1) ?? "", verified });
    const verified: string[] = [];
    // What a script cannot express is said before minutes are spent.
    const script = exported.script(null);
    for (const uv of options.verify === true ? releases : []) {
      const release = await harness.release(uv);
      const verification =
        to === "docker"
          ? await verifyDockerFolder(harness, loaded, dockerFolder(null), release, { signal })
          : await verifyScript(harness, loaded, script, release, { signal });
      if (signal.aborted) return EXIT.interrupted;
      note(verificationWords(verification));
      if (!verification.holds) return EXIT.unresolved;
      verified.push(uv);
    }
    const stamp = verified.length > 0 ? verified : null;
    if (to !== "script") await writeFolder(output ?? "", to === "docker" ? dockerFolder(stamp) : exported.gitFolder(stamp));
    else if (output === undefined) process.stdout.write(exported.script(stamp));
    else await writeOutput(output, exported.script(stamp), { mode: 0o755 });
    if (output !== undefined) note(`wrote ${output}`);
    return EXIT.ok;
  });
}

/** Those of `--uv`, else the ends of each claim's range. */
async function releasesFor(harness: Harness, loaded: LoadedScenario, specs: readonly string[]): Promise<string[]> {
  if (specs.length > 0) return (await planCells(harness, [loaded], specs)).map(({ uv }) => uv);
  return claimedReleases(loaded.scenario, await harness.releases());
}

function verificationWords({ uv, verdict, difference, holds }: Verification): string {
  if (holds) return `uv ${uv}: ${verdict}, the export shows the same`;
  if (verdict !== "reproduced" && verdict !== "healthy") return `uv ${uv}: ${verdict}, which proves nothing; nothing is written`;
  return [
    `uv ${uv}: ${verdict}, but the export differs from our own run; nothing is written`,
    ...difference.map((line) => `  ${line}`),
  ].join("\n");
}
