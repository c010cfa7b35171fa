import type { Step } from "../scenario/model.ts";
import { PLAIN_TOOLS } from "../scenario/system-tools.ts";
import { firstName, isUv, uvCommand } from "./uv-command.ts";

/**
 * Commands of uv that ask neither an index nor a keyring, each with the options and variables under which it may: that such a
 * step asked nothing is no sign of trouble. Each was run with releases from the first to the newest.
 */
export const NEVER_ASKING: Readonly<Record<string, readonly string[]>> = {
  "auth dir": [],
  "auth login": [],
  "auth logout": [],
  cache: [],
  clean: [],
  "generate-shell-completion": [],
  help: [],
  init: [],
  "pip check": [],
  "pip freeze": [],
  "pip list": ["--outdated"],
  "pip show": [],
  "pip tree": ["--outdated"],
  "pip uninstall": [],
  "python dir": [],
  "python find": ["--script"],
  "python list": [],
  "python pin": [],
  "python uninstall": [],
  "python update-shell": [],
  "self version": [],
  "tool dir": [],
  "tool list": ["--outdated"],
  "tool uninstall": [],
  "tool update-shell": [],
  venv: ["--seed", "UV_VENV_SEED"],
  "workspace dir": [],
  "workspace list": [],
};

/** Whatever the command, with one of these it asks no index. */
const PRINTS = ["--version", "-V", "--help", "-h"];
const OFF = /^(?:|0|false|f|no|n|off)$/i;

/** Whether a step, as it is written, asks neither an index nor a keyring. */
export function neverAsks({ argv, env }: Pick<Step, "argv" | "env">): boolean {
  const [program = ""] = argv;
  if (!isUv(program)) return PLAIN_TOOLS.includes(program);
  const { path, own } = uvCommand(argv);
  const options = argv.slice(1, own + 1).map((word) => word.replace(/=.*$/s, ""));
  if (PRINTS.some((option) => options.includes(option))) return true;
  const names = path.map(firstName);
  const exceptions = NEVER_ASKING[names.slice(0, 2).join(" ")] ?? NEVER_ASKING[names[0] ?? ""];
  return exceptions?.every((each) => !options.includes(each) && OFF.test(env[each] ?? "")) === true;
}
