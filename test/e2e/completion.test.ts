import { spawnSync } from "node:child_process";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { BIN, put, smallScenario } from "./command.ts";

/** A bash line is completed as readline does it: the function is called with the words, and its answers are printed. */
const BASH = `source <(uv-mre completion bash)
complete_line() {
  COMP_LINE=$1 COMP_POINT=\${#1}
  read -ra COMP_WORDS <<< "$1"
  [[ $1 == *" " ]] && COMP_WORDS+=("")
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)) COMPREPLY=()
  local function=$(complete -p uv-mre | sed -E 's/.*-F ([^ ]+).*/\\1/')
  compopt() { :; }
  "$function" uv-mre "\${COMP_WORDS[COMP_CWORD]}" ""
  printf '%s\\n' "\${COMPREPLY[@]}"
}
complete_line "$1"`;

/** The same in zsh: what its completion system would show is printed. */
const ZSH = `autoload -Uz compinit && compinit -u -D
source <(uv-mre completion zsh)
_describe() { print -rl -- $completions; }
words=(\${=1}) CURRENT=\${#words}
\${_comps[uv-mre]}`;

function isThere(shell: string): boolean {
  return spawnSync(shell, ["-c", "exit 0"]).status === 0;
}

/** What the shell offers behind `line`, without the descriptions. */
async function offered(shell: string, args: readonly string[], line: string): Promise<string> {
  await using folder = await temporaryFolder();
  await put(folder.path, "my-bug.toml", smallScenario());
  const command = await put(folder.path, "bin/uv-mre", `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  await chmod(command, 0o755);
  const env = { ...process.env, PATH: `${path.dirname(command)}:${process.env["PATH"]}`, HOME: folder.path, TERM: "dumb" };
  const { stdout, stderr } = spawnSync(shell, [...args, line], { cwd: folder.path, env, encoding: "utf8" });
  return `${stdout}${stderr}`;
}

const LINES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["uv-mre re", ["report"], ["bisect"]],
  ["uv-mre run my", ["my-bug.toml"], []],
  ["uv-mre run my-bug.toml --uv mi", ["minors"], ["latest"]],
];

describe("bash", () => {
  beforeEach((context) => context.skip(!isThere("bash"), "bash is not installed"));

  it.each(LINES)("%s", async (line, there, absent) => {
    const text = await offered("bash", ["--norc", "-c", BASH, "bash"], line);
    for (const word of there) expect(text).toContain(word);
    for (const word of absent) expect(text).not.toContain(word);
  });
});

describe("fish", () => {
  beforeEach((context) => context.skip(!isThere("fish"), "fish is not installed"));

  it.each(LINES)("%s", async (line, there, absent) => {
    const script = `uv-mre completion fish | source; complete -C "$argv[1]"`;
    const text = await offered("fish", ["--no-config", "-c", script], line);
    for (const word of there) expect(text).toContain(word);
    for (const word of absent) expect(text).not.toContain(word);
  });
});

describe("zsh", () => {
  beforeEach((context) => context.skip(!isThere("zsh"), "zsh is not installed"));

  it.each(LINES)("%s", async (line, there) => {
    // What does not fit to the word is left out by zsh itself.
    const text = await offered("zsh", ["-f", "-c", ZSH, "zsh"], line);
    for (const word of there) expect(text).toContain(word);
  });
});
