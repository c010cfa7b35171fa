import { cannotResolve, endOfDay, refuseFuture } from "./closure.ts";
import { runTool, type Tools } from "./tool-run.ts";

/**
 * Installs a real package from PyPI as it stood at a date, for one interpreter: several times faster than by way of the
 * wheelhouse, which fetches for every Python and platform.
 *
 * @param beside paths of wheels to install with it.
 * @param python the interpreter's path.
 * @param scratch a folder that the caller removes.
 * @throws UserError naming the package, if there is no network or no solution.
 */
export async function installReal(
  tools: Tools,
  requirement: string,
  {
    asOf,
    beside,
    python,
    scratch,
  }: { readonly asOf: string; readonly beside: readonly string[]; readonly python: string; readonly scratch: string },
): Promise<void> {
  refuseFuture(asOf);
  const place = ["--python", python, "--cache-dir", `${scratch}/uv-cache`];
  const flags = ["--quiet", "--compile-bytecode", "--only-binary", ":all:", "--exclude-newer", endOfDay(asOf)];
  const result = await runTool(tools, tools.uv, ["pip", "install", ...flags, ...place, requirement, ...beside], scratch);
  if (result.exit !== 0) throw cannotResolve([requirement], asOf, result);
}
