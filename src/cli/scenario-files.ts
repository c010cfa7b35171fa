import { loadScenarios, type LoadedScenario } from "../run/load-scenarios.ts";
import { UserError } from "../scenario/error.ts";
import { formatProblems } from "../scenario/problem.ts";
import { note } from "./output-streams.ts";
import { mayNotBuild, type SandboxOptions } from "./sandbox.ts";

/**
 * The scenarios that files, folders, Markdown and standard input (`-`) hold; their warnings go to standard error. Throws
 * `UserError`. The options say whether they are trusted with the user's rights.
 */
export async function readScenarios(files: readonly string[], options: SandboxOptions): Promise<LoadedScenario[]> {
  const scenarios = await loadScenarios(files, readStdin);
  for (const { warnings, source } of scenarios) for (const warning of warnings) note(`warning: ${formatProblems([warning], source.whole)}`);
  return scenarios.map((scenario) => ({ ...scenario, wheelsOnly: mayNotBuild(scenario, options) }));
}

/** The same for a command that takes one scenario. */
export async function readOneScenario(file: string, options: SandboxOptions): Promise<LoadedScenario> {
  const [scenario, ...others] = await readScenarios([file], options);
  if (scenario === undefined || others.length > 0) throw new UserError(`${file}: holds ${others.length + 1} scenarios; name one`);
  return scenario;
}

/** All of standard input as text. */
async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
