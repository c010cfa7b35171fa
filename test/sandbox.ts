import { execFileSync } from "node:child_process";
import { afterAll, vi } from "vitest";
import type { Scenario } from "../src/scenario/model.ts";
import { ownNetwork } from "../src/scenario/own-network.ts";
import { pythonChanges } from "../src/scenario/python-change.ts";

let known: boolean | null = null;

/**
 * Whether the tests of the sandbox run. Where the machine grants no namespaces they are reported as skipped; with
 * UV_MRE_REQUIRE_SANDBOX=1, as in CI on Linux, they run all the same and fail.
 */
export function namespacesWanted(): boolean {
  return (known ??= process.env["UV_MRE_REQUIRE_SANDBOX"] === "1" || namespacesWork());
}

/** Whether a scenario shows in a sandbox alone: by a network of its own, or since it changes the chosen Python. */
export function needsSandbox({ scenario }: { readonly scenario: Scenario }): boolean {
  return ownNetwork(scenario) !== null || pythonChanges(scenario).length > 0;
}

/** Has the tests of this file run without a sandbox; of it alone, since the next one shares the process. */
export function withoutSandbox(): void {
  vi.stubEnv("UV_MRE_SANDBOX", "none");
  afterAll(() => void vi.unstubAllEnvs());
}

function namespacesWork(): boolean {
  if (process.platform !== "linux") return false;
  try {
    execFileSync("unshare", ["--user", "--map-root-user", "--net", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
