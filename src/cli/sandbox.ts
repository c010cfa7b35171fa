import type { Harness } from "../run/harness/harness.ts";
import type { LoadedScenario } from "../run/load-scenarios.ts";
import { pythonRefusal } from "../run/one-run/python-refusal.ts";
import { SANDBOX_CHOICES, type SandboxChoice } from "../sandbox/model.ts";
import { UserError } from "../scenario/error.ts";

export interface SandboxOptions {
  readonly sandbox?: string;
  readonly untrusted?: boolean;
  /** `false`: the indexes are at loopback addresses. */
  readonly proxy?: boolean;
}

/** The flags that ask for the same again; what the environment says stays there. */
export function sandboxFlags({ sandbox, untrusted }: SandboxOptions): string[] {
  const named = sandbox === undefined || sandbox === process.env["UV_MRE_SANDBOX"] ? [] : ["--sandbox", sandbox];
  return untrusted === true ? [...named, "--untrusted"] : named;
}

type Scenarios = readonly Pick<LoadedScenario, "file" | "isFromOutside">[];

/** `--sandbox` as a session takes it; without it the harness has its own default. */
export function sandboxOption(options: SandboxOptions): { sandbox?: SandboxChoice } {
  const choice = SANDBOX_CHOICES.find((known) => known === options.sandbox);
  return choice === undefined ? {} : { sandbox: choice };
}

/**
 * A stranger's scenario is run in a sandbox or not at all, unless the user says `--sandbox none`. Throws `UserError` with
 * one line that says why, and what to do; of one that changes the chosen Python, where a run has none of its own.
 */
export async function guardOutside(harness: Harness, scenarios: readonly LoadedScenario[], options: SandboxOptions): Promise<void> {
  const isLoopback = options.proxy === false;
  const isNamed = options.sandbox === "bwrap" || options.sandbox === "docker";
  if (isLoopback && isNamed) {
    throw new UserError("--no-proxy: serves at loopback addresses, which are not the same in a sandbox; leave out one of the two options");
  }
  // What was named and does not work here is said before anything runs.
  if (isNamed) await harness.sandbox();
  const [only] = scenarios;
  if (only !== undefined && scenarios.length === 1) {
    const refusal = await pythonRefusal(harness, only, { mode: isLoopback ? "loopback" : "proxy" });
    if (refusal !== null) throw new UserError(refusal);
  }
  const outside = fromOutside(options, scenarios);
  if (outside === undefined || options.sandbox === "none") return;
  const found = isLoopback ? { sandbox: null, why: "--no-proxy goes with no sandbox" } : await harness.sandbox();
  if (found.sandbox !== null) return;
  throw new UserError(
    `${nameOf(outside)}: may be a stranger's, and its commands would have your rights (${found.why}); read it, then say --sandbox none to run it all the same`,
  );
}

/** Whether no package may be built to be fetched, which happens outside the sandbox: a stranger says which. */
export function mayNotBuild(scenario: Scenarios[number], options: SandboxOptions): boolean {
  return fromOutside(options, [scenario]) !== undefined && options.sandbox !== "none";
}

/** What is exported is run as it will be elsewhere: with the user's rights. Throws `UserError` for a stranger's, unless the user says so. */
export function guardVerify(scenario: Scenarios[number], options: SandboxOptions): void {
  if (fromOutside(options, [scenario]) === undefined || options.sandbox === "none") return;
  throw new UserError(
    `${nameOf(scenario)}: may be a stranger's, and --verify runs its export with your rights; read it, then say --sandbox none to do it all the same`,
  );
}

function nameOf({ file }: Scenarios[number]): string {
  return file === "-" ? "<stdin>" : file;
}

function fromOutside({ untrusted }: SandboxOptions, scenarios: Scenarios): Scenarios[number] | undefined {
  return scenarios.find(({ isFromOutside }) => isFromOutside || untrusted === true);
}
