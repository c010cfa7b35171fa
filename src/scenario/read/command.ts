import type { Path } from "../problem.ts";
import type { ReadContext } from "./context.ts";
import { readText } from "./text.ts";

const OPERATORS = new Set(["&&", "||", "|", ";", "&", ">", ">>", "<", "2>", "2>&1"]);

/** What a shell does itself, and how a step says the same. */
const SHELL_WORDS: Readonly<Record<string, string>> = {
  cd: 'say `cwd = "FOLDER"` in the step that shall run there',
  export: 'say `env = { NAME = "value" }` in the steps that need it',
  set: 'say `env = { NAME = "value" }` in the steps that need it',
  unset: "a step has the variables of its own `env` alone",
  source: 'say `venv = "active"` in the steps that need it',
  ".": 'say `venv = "active"` in the steps that need it',
};

/** Reads a command: a list of words, or a text that is split at white space. Nothing of a shell is understood. */
export function readCommand(context: ReadContext, raw: string | readonly string[], path: Path): string[] {
  const { problems } = context;
  const argv = typeof raw === "string" ? splitCommand(raw) : [...raw];
  if ((argv[0] ?? "").trim() === "") problems.error("bad-command", path, "the command is empty", { hint: 'write `run = "uv sync"`' });
  if (argv.some((word) => word.includes("\0"))) problems.error("bad-command", path, "the command holds a NUL");
  if (typeof raw === "string") checkShell(context, raw, argv, path);
  else if (/^(?:uvx?|pip|python3?)\s/.test(argv[0] ?? "")) {
    const message = `\`${argv[0]}\` would be the name of one command`;
    problems.error("bad-command", path, message, {
      hint: 'a list has the words of one command, as ["uv", "sync"]; each command is a step',
    });
  }
  argv.forEach((word, position) => readText(context, word, typeof raw === "string" ? path : [...path, position]));
  return argv;
}

/** White space inside `{{ … }}` does not split. */
export function splitCommand(text: string): string[] {
  return text.match(/(?:\{\{[^{}]*\}\}|\S)+/g) ?? [];
}

function checkShell(context: ReadContext, text: string, argv: readonly string[], path: Path): void {
  const hint = 'write a list: run = ["uv", "sync"]';
  const operator = argv.find((word) => OPERATORS.has(word) || word.endsWith(";"));
  if (operator !== undefined) {
    const message = `no shell reads this: \`${operator}\` would be passed to the command`;
    context.problems.error("bad-command", path, message, { hint: "one step for each command", find: operator });
    return;
  }
  const variableSet = /^[A-Za-z_]\w*(?==)/.exec(argv[0] ?? "")?.[0];
  if (variableSet !== undefined) {
    // Without the value, which may be a secret.
    const message = `no shell reads this: \`${variableSet}=…\` would be the command`;
    context.problems.error("bad-command", path, message, { hint: `\`env = { ${variableSet} = "…" }\` in the step`, find: variableSet });
    return;
  }
  const own = SHELL_WORDS[argv[0] ?? ""];
  if (own !== undefined) {
    context.problems.error("bad-command", path, `no shell reads this: \`${argv[0]}\` is a word of the shell's own`, { hint: own });
    return;
  }
  if (/\n\s*(?:uvx?|pip|python3?)\s/.test(text.trim())) {
    context.problems.error("bad-command", path, "several commands in one step", { hint: "one step for each command" });
    return;
  }
  const quote = /["']/.exec(text)?.[0];
  if (quote !== undefined) {
    context.problems.error("bad-command", path, `no shell reads this: the quote ${quote} would be passed to the command`, {
      hint,
      find: quote,
    });
    return;
  }
  const variable = /\$\{?[A-Za-z_]\w*\}?|\$\(|`/.exec(text)?.[0];
  if (variable === undefined) return;
  const message = `no shell reads this: ${variable === "`" ? "the backquote" : `\`${variable}\``} is passed on as it is`;
  context.problems.warning("suspicious", path, message, { hint: "placeholders such as `{{home}}` are filled", find: variable });
}
