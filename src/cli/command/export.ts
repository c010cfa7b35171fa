import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { claimedReleases } from "../../judge/claim.ts";
import { dockerFolder, type ExportedFile, type FolderOptions, gitFolder } from "../../report/export/folder.ts";
import { verifyDockerFolder, verifyScript } from "../../run/export-verify.ts";
import { type Exported, exportScenario } from "../../run/export.ts";
import type { Harness } from "../../run/harness.ts";
import { loadScenarios, type LoadedScenario } from "../../run/load.ts";
import { planCells } from "../../run/plan.ts";
import { UserError } from "../../scenario/error.ts";
import { checkWritable, writeOutput } from "../output-file.ts";
import { readStdin, withSession } from "../session.ts";

export interface ExportOptions {
  to: "script" | "docker" | "git";
  output?: string;
  verify?: boolean;
  uv: string[];
}

const FOLDERS = { docker: dockerFolder, git: gitFolder } as const;

/** `uv-mre export`: writes the scenario as something that runs without uv-mre; exit 3 where `--verify` found a difference. */
export async function exportCommand(file: string, options: ExportOptions): Promise<number> {
  const [loaded, ...others] = await loadScenarios([file], readStdin);
  if (loaded === undefined || others.length > 0) throw new UserError(`${file}: name one scenario`);
  const { to, output } = options;
  if (to === "script" && output !== undefined) await checkWritable(output, [loaded.file]);
  if (to !== "script") await checkNewFolder(output, to);
  return withSession({ python: null, notice: (text) => process.stderr.write(`${text}\n`) }, async ({ harness, signal }) => {
    const exported = await exportScenario(harness, loaded.scenario);
    const releases = await releasesFor(harness, loaded, options.uv);
    const write = (verified: readonly string[] | null): FolderOptions => ({
      script: exported.script(verified),
      text: loaded.text,
      uv: releases.at(-1) ?? "",
      verified,
    });
    const verified: string[] = [];
    // What a script cannot express is said before minutes are spent.
    write(null);
    for (const uv of options.verify === true ? releases : []) {
      const difference = await verifyOne(harness, loaded, { exported, to, folder: write(null) }, uv, signal);
      if (signal.aborted) return 130;
      if (difference > 0) return 3;
      verified.push(uv);
    }
    const written = write(verified.length > 0 ? verified : null);
    if (to !== "script") await writeFolder(output ?? "", FOLDERS[to](loaded.scenario, written));
    else if (output === undefined) process.stdout.write(written.script);
    else await writeOutput(output, written.script, { mode: 0o755 });
    if (output !== undefined) process.stderr.write(`wrote ${output}\n`);
    return 0;
  });
}

/** Those of `--uv`, else the ends of each claim's range. */
async function releasesFor(harness: Harness, loaded: LoadedScenario, specs: readonly string[]): Promise<string[]> {
  if (specs.length > 0) return (await planCells(harness, [loaded], specs)).map(({ uv }) => uv);
  return claimedReleases(loaded.scenario, await harness.releases());
}

/** Says how it went; returns how many lines of evidence differ, or 1 where there is no verdict to compare. */
async function verifyOne(
  harness: Harness,
  loaded: LoadedScenario,
  { exported, to, folder }: { exported: Exported; to: ExportOptions["to"]; folder: FolderOptions },
  uv: string,
  signal: AbortSignal,
): Promise<number> {
  const release = await harness.release(uv);
  const { verdict, difference } =
    to === "docker"
      ? await verifyDockerFolder(harness, loaded, dockerFolder(loaded.scenario, folder), release, { signal })
      : await verifyScript(harness, loaded, exported.script(null), release, { signal });
  if (signal.aborted) return 0;
  if (verdict !== "reproduced" && verdict !== "healthy") {
    process.stderr.write(`uv ${release.version}: ${verdict}, which proves nothing; nothing is written\n`);
    return 1;
  }
  const lines =
    difference.length === 0
      ? [`uv ${release.version}: ${verdict}, the export shows the same`]
      : [
          `uv ${release.version}: ${verdict}, but the export differs from our own run; nothing is written`,
          ...difference.map((line) => `  ${line}`),
        ];
  process.stderr.write(`${lines.join("\n")}\n`);
  return difference.length;
}

/** A folder is written where there is none, or an empty one: nothing of the person's is mixed with ours. */
async function checkNewFolder(folder: string | undefined, to: string): Promise<void> {
  if (folder === undefined) throw new UserError(`--to ${to} writes a folder: name it with --output`);
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new UserError(`${folder} is no folder that can be written (${error.code})`);
  });
  if (entries.length > 0) throw new UserError(`${folder} is not empty; name a new folder`);
}

async function writeFolder(folder: string, files: Readonly<Record<string, ExportedFile>>): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, { text, executable }] of Object.entries(files)) {
      await writeFile(path.join(folder, name), text, { mode: executable ? 0o755 : 0o644 });
    }
  } catch (error) {
    throw new UserError(`${folder} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}
