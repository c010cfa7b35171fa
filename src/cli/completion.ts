import { readdirSync } from "node:fs";
import path from "node:path";
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { readProgram } from "../run/programs.ts";

/** What `--uv` and its like take besides exact releases. */
const RELEASES: readonly (readonly [string, string])[] = [
  ["latest", "the newest release"],
  ["oldest", "the oldest that the scenario supports"],
  ["minors", "the last patch of each minor"],
  ["all", "every release"],
];
/** Arguments and options that name scenarios, reports or folders. */
const FILES = new Set(["file", "files"]);

/** Adds `uv-mre completion bash|zsh|fish|powershell`, and what the scripts that it prints ask us at each TAB. */
export function addCompletion(program: Command): void {
  const root = tab(program, { completionCommandName: "completion" });
  const command = program.commands.find((each) => each.name() === "completion");
  command
    ?.description("Print what makes a shell complete uv-mre's commands, options and files")
    .hook("preAction", (_, { args: [shell] }) => {
      if (shell === "bash") console.log(readProgram("completion/words.bash.sh"));
    });
  for (const command of root.commands.values()) {
    for (const name of command.arguments.keys())
      if (FILES.has(name)) command.argument(name, offerFiles, command.arguments.get(name)?.variadic ?? false);
    const uv = command.options.get("uv");
    if (uv !== undefined) command.option("uv", uv.description, offerReleases);
  }
}

type Offer = (value: string, description: string) => void;

function offerReleases(offer: Offer): void {
  for (const [word, description] of RELEASES) offer(word, description);
}

/** Folders, and files that a scenario or kept runs may be in. */
function offerFiles(offer: Offer): void {
  const typed = process.argv.at(-1) ?? "";
  const folder = typed.slice(0, typed.lastIndexOf("/") + 1);
  for (const entry of entriesOf(path.resolve(folder))) {
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) offer(`${folder}${entry.name}/`, "folder");
    else if (/\.(?:toml|md|json)$/.test(entry.name)) offer(`${folder}${entry.name}`, "file");
  }
}

function entriesOf(folder: string): ReturnType<typeof readFolder> {
  try {
    return readFolder(folder);
  } catch {
    return [];
  }
}

function readFolder(folder: string) {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name.localeCompare(b.name));
}
