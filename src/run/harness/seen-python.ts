import { homedir } from "node:os";
import path from "node:path";
import type { PythonInfo } from "../../observation/process.ts";

/** What of this machine is seen of a Python in a sandbox: it and its library; of one that was installed right into a home, no more than that. */
export function seenOfPython({ file, version }: PythonInfo): string[] {
  const prefix = path.dirname(path.dirname(file));
  if (prefix === "/" || prefix === "/usr") return [];
  const minor = version.split(".").slice(0, 2).join(".");
  const home = homedir();
  const isHome = home === prefix || home.startsWith(`${prefix}/`);
  return isHome ? [file, path.join(prefix, "lib", `python${minor}`), path.join(prefix, "lib", `libpython${minor}.so.1.0`)] : [prefix];
}
