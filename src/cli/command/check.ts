import { takenVerdict } from "../../judge/evidence.ts";
import { EXIT, EXIT_OF_VERDICT } from "../../report/exit-status.ts";
import { explainRun } from "../../report/explain.ts";
import { runScenario } from "../../run/one-run/run-scenario.ts";
import { oneRelease } from "../../run/matrix/one-release.ts";
import { UserError } from "../../scenario/error.ts";
import { parseBackend } from "../backend.ts";
import { guardOutside, sandboxOption, type SandboxOptions } from "../sandbox.ts";
import { readOneScenario } from "../scenario-files.ts";
import { type MachineOptions, machineOptions, withSession } from "../session.ts";

interface CheckOptions extends SandboxOptions, MachineOptions {
  readonly uv: string;
  readonly acceptExitStatus?: boolean;
  readonly backend?: string;
}

/**
 * `uv-mre check`: judges one uv. A binary that is not there or does not run is 125, since a commit that does not build
 * can't be judged; a wrong scenario or flag is 128, which ends the search instead of answering it.
 */
export async function checkCommand(file: string, options: CheckOptions): Promise<number> {
  const backend = parseBackend(options.backend);
  const scenario = await readOneScenario(file, options);
  return withSession({ ...machineOptions(options), ...sandboxOption(options) }, async ({ harness, signal }) => {
    await guardOutside(harness, [scenario], options);
    // Before: a specification that means nothing, or several, is a slip of the pen and no commit that does not build.
    const uv = await oneRelease(harness, scenario, "--uv", options.uv);
    const release = await harness.release(uv).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      console.error(error.message);
      return null;
    });
    if (release === null) return EXIT_OF_VERDICT.unresolved;
    const result = await runScenario(harness, scenario, release, { backend, signal, acceptExitStatus: options.acceptExitStatus });
    // Ctrl-C is meant for the whole search.
    if (signal.aborted) return EXIT.interrupted;
    console.log(explainRun(result));
    return EXIT_OF_VERDICT[takenVerdict(result, options)];
  });
}
