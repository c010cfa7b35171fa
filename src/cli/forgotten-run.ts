import { existsSync } from "node:fs";
import { commandLine } from "../report/command-line.ts";

/** What to type where a scenario stands in a command's place (`uv-mre my-bug.toml`); `null` where none does. */
export function forgottenRun(argv: readonly string[], commands: readonly string[], program: readonly string[]): string | null {
  const [first = ""] = argv;
  if (first.startsWith("-") || commands.includes(first) || first === "") return null;
  const isScenario = /\.(?:toml|md|markdown)$|^https?:\/\/|#\d+$/i.test(first) || /[\\/]/.test(first) || existsSync(first);
  return isScenario ? `${first}: no command; to run it: ${commandLine([...program, "run", ...argv])}` : null;
}
