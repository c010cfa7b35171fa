import { execFileSync } from "node:child_process";

let known: boolean | null = null;

/**
 * Whether the tests of the sandbox run. Where the machine grants no namespaces they are reported as skipped; with
 * UV_MRE_REQUIRE_SANDBOX=1, as in CI on Linux, they run all the same and fail.
 */
export function namespacesWanted(): boolean {
  return (known ??= process.env["UV_MRE_REQUIRE_SANDBOX"] === "1" || namespacesWork());
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
