import { EXIT_OF_VERDICT } from "../../report/exit-status.ts";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { tryBuild } from "../../backend/trial-build.ts";
import { evidenceDifference, evidenceLines, type ScriptStep } from "../../export/evidence.ts";
import type { ExportedFolder } from "../../export/folder.ts";
import { writtenKeyrings } from "../../export/not-exportable.ts";
import type { RunResult } from "../../report/model.ts";
import type { Release } from "../../uv/binary.ts";
import { createRunFolder } from "../../workspace/run-folder.ts";
import { removeTree } from "../../disk/remove-tree.ts";
import { machineryOf } from "../harness/machinery.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { runScenario } from "../one-run/run-scenario.ts";
import { noteDocker } from "../harness/sweep-leftovers.ts";

const TIMEOUT_MS = 300_000;

export interface Verification {
  readonly uv: string;
  readonly verdict: RunResult["verdict"];
  /** Where the export and our own run differ, one line each. */
  readonly difference: readonly string[];
  /** They do not differ, and came to a verdict: two runs that both showed nothing prove nothing. */
  readonly holds: boolean;
}

interface VerifyOptions {
  readonly signal?: AbortSignal;
}

/**
 * Runs the script with a release in a clean environment (a home of its own, PATH with nothing but Python and the
 * system's folders), runs the scenario ourselves with the same release, and compares verdict and evidence.
 */
export function verifyScript(
  harness: Harness,
  loaded: LoadedScenario,
  script: string,
  release: Release,
  options: VerifyOptions = {},
): Promise<Verification> {
  return verify(harness, loaded, release, options, () => runScript(harness, script, release, options));
}

/** The same for a folder with a Dockerfile, built without network. */
export function verifyDockerFolder(
  harness: Harness,
  loaded: LoadedScenario,
  files: ExportedFolder,
  release: Release,
  options: VerifyOptions = {},
): Promise<Verification> {
  return verify(harness, loaded, release, options, async () => {
    await noteDocker(machineryOf(harness).folder);
    const { exit, output } = await tryBuild(
      Object.entries(files).map(([name, { text, executable }]) => ({ name, content: text, mode: executable ? 0o755 : 0o644 })),
      {
        uv: release.file,
        args: { UV_VERSION: release.version, JOURNAL: "/dev/stdout" },
        identity: machineryOf(harness).identity,
        env: harness.env,
        ...options,
      },
    );
    return { exit, stderr: output, steps: journalIn(output) };
  });
}

/** The script's journal among a build's output. */
function journalIn(output: string): ScriptStep[] | null {
  const line = output.split("\n").findLast((each) => each.includes('[{"exit": "'));
  return line === undefined ? null : (JSON.parse(line.slice(line.indexOf('[{"exit": "'))) as ScriptStep[]);
}

async function verify(
  harness: Harness,
  loaded: LoadedScenario,
  release: Release,
  options: VerifyOptions,
  runExport: () => Promise<ScriptRun>,
): Promise<Verification> {
  const [own, theirs] = [await runScenario(harness, loaded, release, options), await runExport()];
  const difference: string[] = [];
  if (theirs.exit !== EXIT_OF_VERDICT[own.verdict]) {
    difference.push(`uv-mre: ${own.verdict}; the export: exit status ${theirs.exit ?? "none"}`);
    if (theirs.steps === null) difference.push(...theirs.stderr.trimEnd().split("\n").slice(-5));
  }
  if (theirs.steps !== null) difference.push(...evidenceDifference(evidenceLines(theirs.steps), evidenceLines(stepsOf(own, loaded))));
  const isSettled = own.verdict === "reproduced" || own.verdict === "healthy";
  return { uv: release.version, verdict: own.verdict, difference, holds: isSettled && difference.length === 0 };
}

interface ScriptRun {
  readonly exit: number | null;
  readonly stderr: string;
  /** `null`: it did not come to its end. */
  readonly steps: readonly ScriptStep[] | null;
}

async function runScript(harness: Harness, script: string, release: Release, options: VerifyOptions): Promise<ScriptRun> {
  const { identity, tag } = machineryOf(harness);
  const folder = await createRunFolder(harness.baseDir, identity, tag);
  try {
    const file = path.join(folder, "repro.sh");
    const journal = path.join(folder, "journal.json");
    await mkdir(path.join(folder, "home"));
    await writeFile(file, script);
    const { file: python } = await harness.python();
    const result = await harness.run({
      file: "/usr/bin/env",
      args: ["bash", file],
      cwd: folder,
      env: {
        PATH: [path.dirname(python), "/usr/bin", "/bin"].join(":"),
        HOME: path.join(folder, "home"),
        TMPDIR: folder,
        UV: release.file,
        JOURNAL: journal,
      },
      stdin: null,
      timeoutMs: TIMEOUT_MS,
      outputDir: folder,
      ...options,
    });
    const text = await readFile(journal, "utf8").catch(() => null);
    return { exit: result.exit, stderr: result.stderr, steps: text === null ? null : (JSON.parse(text) as ScriptStep[]) };
  } finally {
    await removeTree(folder);
  }
}

/** Of a keyring that the scenario writes, only our run sees the calls. */
function stepsOf({ observation }: RunResult, { scenario }: LoadedScenario): ScriptStep[] {
  const unseen = writtenKeyrings(scenario).length > 0;
  return observation.steps.map((step, at) => ({
    exit: String(step.exit),
    requests: observation.requests.filter((request) => request.step === at && request.unread === undefined),
    keyring: observation.keyring.filter((call) => call.step === at && !(unseen && call.from === "other")),
  }));
}
