import type { Path } from "../problem.ts";
import { leavingSetting } from "./confined-setting.ts";
import { PROXY_IS_OURS } from "./environment.ts";
import { proxySetting } from "./proxy-setting.ts";
import { readTexts } from "./text.ts";
import type { ReadContext } from "./context.ts";

/** Says what is wrong with a path that must stay inside its folder; `null` if nothing is. */
export function pathFault(path: string): string | null {
  if (path === "") return "the path is empty";
  // oxlint-disable-next-line no-control-regex -- a NUL or a line break in a path is what is looked for
  if (/[\u0000-\u001f]/.test(path)) return "the path holds a control character";
  if (path.includes("\\")) return "the path holds a backslash; folders are separated by `/`";
  if (path.includes("{{")) return "placeholders are not filled in paths";
  if (path.startsWith("/")) return "the path is absolute";
  if (/^[A-Za-z]:/.test(path)) return "the path names a drive";
  const parts = path.split("/");
  if (parts.includes("..")) return "the path leaves its folder by `..`";
  if (parts.includes("") || parts.includes(".")) return "the path has an empty part or `.` in it";
  return null;
}

/** A path without the `~/` that says that it is one of the home folder. */
export function plainOf(name: string): string {
  return name.replace(/^~\//, "");
}

/** Reads a table of path → text, for one folder; `either`: the project, and `~/…` is home. */
export function readFiles(
  context: ReadContext,
  files: Readonly<Record<string, string>> | undefined,
  path: Path,
  folder: "project" | "home" | "either",
): Record<string, string> {
  const names = Object.keys(files ?? {});
  const all = new Set(names);
  const plainName = (name: string): string => (folder === "either" ? plainOf(name) : name);
  for (const name of names) {
    const here = [...path, name];
    const plain = plainName(name);
    const fault = plain.startsWith("~") ? "the path begins with `~`" : pathFault(plain);
    if (fault !== null) {
      const hint =
        folder === "project" && name.startsWith("~/")
          ? "files of the home folder stand in `[home]`"
          : `a path is relative to the ${folder === "home" ? "home folder" : "project"}, and stays in it`;
      context.problems.error("bad-path", here, fault, { atKey: true, hint });
      continue;
    }
    for (let slash = name.indexOf("/"); slash >= 0; slash = name.indexOf("/", slash + 1)) {
      const parent = name.slice(0, slash);
      if (all.has(parent)) context.problems.error("conflict", here, `\`${parent}\` is a file and cannot hold \`${name}\``, { atKey: true });
    }
  }
  for (const [name, text] of Object.entries(files ?? {})) {
    const key = proxySetting(name, text, context.hasProxy);
    if (key !== null)
      context.problems.error("bad-environment", [...path, name], `\`${key}\`: ${PROXY_IS_OURS}`, {
        find: key,
        hint: 'leave it out; a company\'s proxy is `[proxy]`, and then `"{{url.proxy}}"` is it',
      });
    const leaving = leavingSetting(plainName(name), text);
    if (leaving !== null) context.problems.error("bad-path", [...path, name], leaving.message, { find: leaving.find, hint: leaving.hint });
  }
  return readTexts(context, files, path);
}

/** Reads a path relative to the project. `""` and `.` are the project itself where `self` says so. */
export function readProjectPath(context: ReadContext, text: string, path: Path, options: { self: boolean }): string {
  if (options.self && (text === "" || text === ".")) return "";
  const plain = text.replace(/^\.\/(?=.)/, "").replace(/(?<=[^/])\/$/, "");
  const fault = plain.startsWith("~") ? "the path begins with `~`" : pathFault(plain);
  if (fault !== null) context.problems.error("bad-path", path, fault);
  return plain;
}

/** Reads a path that may be in the project, in the home folder (`~/…`) or in uv's cache (`{{cache}}`). */
export function readAnyPath(context: ReadContext, text: string, path: Path, options: { cache: boolean }): string {
  if (options.cache && (text === "{{cache}}" || text === "{{cache}}/")) return "{{cache}}";
  const inside = plainOf(text).replace(options.cache ? /^\{\{cache\}\}\// : /(?!)/, "");
  const plain = inside.replace(/(?<=[^/])\/$/, "");
  const fault = plain.startsWith("~") ? "the path begins with `~`" : pathFault(plain);
  if (fault !== null) context.problems.error("bad-path", path, fault);
  return text.slice(0, text.length - inside.length) + plain;
}
