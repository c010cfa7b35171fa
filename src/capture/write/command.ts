import { isUv, uvCommand } from "../../judge/uv-command.ts";
import { addressOf } from "../look/address.ts";
import { NAMING } from "../look/requirements.ts";
import { indexFrom } from "../look/settings.ts";
import type { IndexSetting } from "../model.ts";
import { renameRequirement } from "./index-tables.ts";
import { urlText, type Material } from "./material.ts";
import { normaliseProject } from "../../scenario/requirement.ts";
import { readRequirement } from "./requirement.ts";

/** Options whose value is a folder or a Python of the user's machine: a scenario has its own. */
const MACHINE = new Set(["--python", "-p", "--cache-dir", "--directory", "--project", "--config-file"]);

/** Options whose value is one of uv's own words, or a version or date. */
const OWN_VALUES = new Set(
  (
    "--annotation-style --color --exclude-newer --fork-strategy --format --index-strategy --keyring-provider --link-mode --output-format " +
    "--prerelease --preview-features --python-platform --python-preference --python-version --resolution --torch-backend"
  ).split(" "),
);

/** The command's words under the scenario's names; `uv` by its name. */
export function commandWords(material: Material, argv: readonly string[]): string[] {
  const words: string[] = ["uv"];
  const own = new Set(ownWords(argv));
  for (let at = 1; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    if (MACHINE.has(word)) at += 1;
    else if (![...MACHINE].some((option) => word.startsWith(`${option}=`)))
      words.push(own.has(at) ? word : renamedWord(material, word, isFile(argv, at)));
  }
  return words;
}

/** Options whose value is a file of the project, beside those that name requirements. */
const FILES = new Set(["--exclude", "--excludes", "-o", "--output-file"]);

/** A file's name could be a requirement, and is none. */
function isFile(argv: readonly string[], at: number): boolean {
  const option = /^(--[\w-]+)=/u.exec(argv[at] ?? "")?.[1] ?? argv[at - 1] ?? "";
  return NAMING.test(option) || FILES.has(option);
}

/** The tools that a command installs or runs. */
export function namedTools(argv: readonly string[]): ReadonlySet<string> {
  const { path, own } = uvCommand(argv);
  if (path[0] !== "tool") return new Set();
  return new Set(
    argv
      .slice(own)
      .flatMap((word) => (word.startsWith("-") ? [] : (readRequirement(word)?.name ?? [])))
      .map(normaliseProject),
  );
}

function renamedWord(material: Material, word: string, isFileName: boolean): string {
  const [, option = "", value = word] = /^(--[\w-]+=)(.+)$/su.exec(word) ?? [];
  if (value.startsWith("-")) return word;
  // What is neither a requirement nor a URL is renamed word by word: a path, a program's words.
  const plain = (text: string): string => (text.includes("://") ? material.renamer.text(text) : material.renamer.name(text));
  if (addressOf(value.replace(/^[\w.-]+=(?=https?:)/u, "")) !== null) {
    const [, name = "", url = value] = /^([\w.-]+=)(https?:.+)$/su.exec(value) ?? [];
    return `${option}${material.renamer.name(name)}${urlText(material, url)}`;
  }
  const isRequirement = !isFileName && /^[A-Za-z0-9][\w.-]*(?:\[.*\])?(?:[<>=!~].*)?$/u.test(value);
  return `${option}${isRequirement ? renameRequirement(value, material.renamer.name) : plain(value)}`;
}

const INDEX_OPTIONS: Readonly<Record<string, boolean>> = {
  "--index": false,
  "--extra-index-url": false,
  "--default-index": true,
  "--index-url": true,
  "-i": true,
};

/** The indexes that the command itself names; the secrets of its URLs are marks by now. */
export function indexesInCommand(argv: readonly string[]): IndexSetting[] {
  return argv.flatMap((word, at) => {
    const [, option = "", value = ""] = /^(--[\w-]+)=(.+)$/su.exec(word) ?? [];
    const isDefault = INDEX_OPTIONS[option === "" ? word : option];
    return isDefault === undefined ? [] : indexFrom(option === "" ? (argv[at + 1] ?? "") : value, "the command", isDefault);
  });
}

/** The command that `uv run` starts, where that is uv again; else `null`. */
export function innerCommand(words: readonly string[]): string[] | null {
  const { path, own } = uvCommand(words);
  if (path[0] !== "run") return null;
  const inner = words.indexOf("uv", own + 1);
  return inner < 0 ? null : words.slice(inner);
}

/** Positions of the words that are uv's own: of commands (`pip`, `compile`), and of options (`--resolution lowest`). */
function ownWords(argv: readonly string[]): number[] {
  const { path, own } = uvCommand(argv);
  const named = path.slice(0, path[0] === "pip" || path[0] === "tool" ? 2 : 1);
  let from = 1;
  const commands = named.flatMap((word) => {
    const at = argv.indexOf(word, from);
    from = at + 1;
    return at < 1 || at > own ? [] : [at];
  });
  return [
    ...commands,
    ...argv.flatMap((word, at) => (OWN_VALUES.has(argv[at - 1] ?? "") || OWN_VALUES.has(word.split("=")[0] ?? "") ? [at] : [])),
  ];
}

/** The words of a command that may name something. */
export function namedWords(argv: readonly string[]): string[] {
  const own = new Set(ownWords(argv));
  return argv.filter((_, at) => at > 0 && !own.has(at));
}

/** The calls of uv that a command makes: of `uv run uv pip install app` both. */
export function uvCalls(argv: readonly string[]): readonly (readonly string[])[] {
  const { own } = uvCommand(argv);
  const started = argv.slice(own + 1);
  const inner = started.findIndex(isUv);
  return [argv.slice(0, own + 1), ...(inner < 0 ? [] : uvCalls(started.slice(inner)))];
}
