import { callTool } from "../tool/call.ts";
import { cannotResolve, endOfDay, refuseFuture } from "./closure.ts";
import type { Tools } from "./tools.ts";

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
  const flags = ["--quiet", "--compile-bytecode", "--only-binary", ":all:", "--exclude-newer", endOfDay(asOf)];
  const result = await callTool(tools, scratch, [tools.uv, "pip", "install", ...flags, "--python", python, requirement, ...beside]);
  if (result.exit !== 0) throw cannotResolve([requirement], asOf, result);
}
