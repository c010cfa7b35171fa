import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { evidenceDifference, evidenceLines, type ScriptStep } from "../report/export/evidence.ts";
import type { RunResult } from "../report/model.ts";
import type { Release } from "../uv/binary.ts";
import type { Harness } from "./harness.ts";
import type { LoadedScenario } from "./load.ts";
import { runScenario } from "./run-scenario.ts";

/** What a script must exit with for our verdict. */
const STATUS = { healthy: 0, reproduced: 1, unresolved: 125, unsupported: 125 } as const;
const TIMEOUT_MS = 300_000;

export interface Verification {
  readonly uv: string;
  readonly verdict: RunResult["verdict"];
  /** Where the script and our own run differ; empty: it holds. */
  readonly difference: readonly string[];
}

/**
 * Runs the script with a release in a clean environment (a home of its own, PATH with nothing but Python and the
 * system's folders), runs the scenario ourselves with the same release, and compares verdict and evidence.
 */
export async function verifyScript(
  harness: Harness,
  loaded: LoadedScenario,
  script: string,
  release: Release,
  options: { signal?: AbortSignal } = {},
): Promise<Verification> {
  const [own, theirs] = [await runScenario(harness, loaded, release, options), await runScript(harness, script, release, options)];
  const difference: string[] = [];
  if (theirs.exit !== STATUS[own.verdict]) {
    difference.push(`uv-mre: ${own.verdict}; the script: exit status ${theirs.exit ?? "none"}`);
    if (theirs.steps === null) difference.push(...theirs.stderr.split("\n").slice(-5));
  }
  if (theirs.steps !== null) difference.push(...evidenceDifference(evidenceLines(theirs.steps), evidenceLines(stepsOf(own))));
  return { uv: release.version, verdict: own.verdict, difference };
}

interface ScriptRun {
  readonly exit: number | null;
  readonly stderr: string;
  /** `null`: it did not come to its end. */
  readonly steps: readonly ScriptStep[] | null;
}

async function runScript(harness: Harness, script: string, release: Release, options: { signal?: AbortSignal }): Promise<ScriptRun> {
  const folder = await mkdtemp(path.join(harness.baseDir, "uv-mre-export-"));
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
    await rm(folder, { recursive: true, force: true });
  }
}

function stepsOf({ observation }: RunResult): ScriptStep[] {
  return observation.steps.map((step, at) => ({
    exit: String(step.exit),
    requests: observation.requests.filter((request) => request.step === at),
    keyring: observation.keyring.filter((call) => call.step === at),
  }));
}
