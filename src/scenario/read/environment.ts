import type { Path } from "../problem.ts";
import type { ReadContext } from "./context.ts";
import { readTexts } from "./text.ts";

/** The way to the gateway: another value would lead to the person's own network. */
const PROXIES = new Set(["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]);

export const PROXY_IS_OURS = "the proxy is uv-mre's own: it leads to the scenario's indexes, and keeps uv off the network";

/** Reads the environment of a step or of the whole scenario. */
export function readEnvironment(
  context: ReadContext,
  env: Readonly<Record<string, string>> | undefined,
  path: Path,
): Record<string, string> {
  for (const [name, value] of Object.entries(env ?? {})) {
    const fault = nameFault(name) ?? (value.includes("\0") ? "the value holds a NUL" : null);
    if (fault !== null) context.problems.error("bad-environment", [...path, name], fault, { atKey: true });
  }
  return readTexts(context, env, path);
}

function nameFault(name: string): string | null {
  if (name === "" || name.includes("=") || name.includes("\0")) return "a variable's name is not empty and holds no `=`";
  if (PROXIES.has(name.toUpperCase())) return PROXY_IS_OURS;
  return name.toUpperCase().startsWith("UV_MRE_") ? "names that begin with `UV_MRE_` are uv-mre's own" : null;
}
