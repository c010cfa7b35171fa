import type { IndexSetting } from "../model.ts";
import { indexFrom } from "./settings.ts";

/** A line of a requirements file, as pip and uv read it. */
export type RequirementsLine =
  | { readonly kind: "requirement"; readonly text: string }
  | { readonly kind: "file"; readonly option: string; readonly path: string }
  | { readonly kind: "index"; readonly option: string; readonly url: string }
  | { readonly kind: "elsewhere" }
  | { readonly kind: "option"; readonly text: string };

const FILES = new Set(["-r", "--requirement", "-c", "--constraint"]);
const INDEXES: Readonly<Record<string, boolean>> = { "-i": true, "--index-url": true, "--extra-index-url": false };
/** What they name is no package of an index, and no word of uv's. */
const ELSEWHERE = new Set(["-e", "--editable", "-f", "--find-links"]);
/** Options of a command that name such a file. */
export const NAMING = /^(?:-r|-c|-b|--requirements?|--constraints?|--overrides?|--build-constraints?|--with-requirements)$/u;

/** The lines of a requirements file, without comments and hashes; an example: `orion==1.4.0 --hash=… # why`. */
export function readRequirementsFile(text: string): RequirementsLine[] {
  const lines = text.replaceAll(/\\\r?\n/gu, " ").split(/\r?\n/u);
  return lines.flatMap((line): RequirementsLine[] => {
    const told = line.replace(/(?:^|\s)#.*$/u, "").trim();
    if (told === "") return [];
    if (!told.startsWith("-")) {
      const requirement = told.replace(/\s--?[a-z][\w-]*(?:[= ].*)?$/u, "").trim();
      return [/^(?:[./]|file:)/u.test(requirement) ? { kind: "elsewhere" } : { kind: "requirement", text: requirement }];
    }
    const [, option = "", value = ""] = /^(--[\w-]+|-\w)(?:\s*=\s*|\s*)(.*)$/su.exec(told) ?? [];
    if (FILES.has(option)) return [{ kind: "file", option, path: value }];
    if (Object.hasOwn(INDEXES, option)) return [{ kind: "index", option, url: value }];
    return [ELSEWHERE.has(option) ? { kind: "elsewhere" } : { kind: "option", text: told }];
  });
}

/** The requirements files that a command names, as it names them. */
export function requirementsFilesIn(argv: readonly string[]): string[] {
  return argv.flatMap((word, at) => {
    const [, option, value] = /^(--[\w-]+)=(.+)$/su.exec(word) ?? /^(-[rcb])(.+)$/su.exec(word) ?? [];
    if (option !== undefined) return NAMING.test(option) ? [value ?? ""] : [];
    return NAMING.test(argv[at - 1] ?? "") || /^[^-].*\.(?:txt|in)$/u.test(word) ? [word] : [];
  });
}

/** The indexes that a requirements file names. */
export function indexesInRequirements(text: string, place: string): IndexSetting[] {
  return readRequirementsFile(text).flatMap((line) =>
    line.kind === "index" ? indexFrom(line.url, place, INDEXES[line.option] === true) : [],
  );
}
