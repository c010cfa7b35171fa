import { glob } from "node:fs/promises";
import path from "node:path";
import { parse } from "smol-toml";
import { tableIn, toolUv } from "../../scenario/schema/value.ts";
import { readText } from "./read-text.ts";

/** The folder that uv takes for the workspace's root: above a member, the one that lists it. Without a project the folder itself. */
export async function findProject(folder: string): Promise<{ readonly root: string; readonly project: string | null }> {
  let project: string | null = null;
  for (let at = folder; ; at = path.dirname(at)) {
    const text = await readText(path.join(at, "pyproject.toml"));
    if (text !== null) {
      project ??= at;
      const patterns = workspaceOf(text);
      if (at === project && patterns !== null) return { root: at, project };
      if (patterns !== null && (await membersOf(at)).includes(posix(path.join(path.relative(at, project), "pyproject.toml")))) {
        return { root: at, project };
      }
    }
    if (at === path.dirname(at)) return { root: project ?? folder, project };
  }
}

/** The pyproject.toml files of a workspace, the root's own first; relative to it. */
export async function membersOf(root: string): Promise<string[]> {
  const text = await readText(path.join(root, "pyproject.toml"));
  if (text === null) return [];
  const { members = [], exclude = [] } = workspaceOf(text) ?? {};
  const found = new Set<string>(["pyproject.toml"]);
  const listed = async (patterns: readonly string[]): Promise<string[]> => {
    const files: string[] = [];
    for (const pattern of patterns) for await (const file of glob(`${pattern}/pyproject.toml`, { cwd: root })) files.push(posix(file));
    return files.sort();
  };
  const left = new Set(await listed(exclude));
  for (const file of await listed(members)) if (!left.has(file)) found.add(file);
  return [...found];
}

function workspaceOf(text: string): { readonly members: readonly string[]; readonly exclude: readonly string[] } | null {
  try {
    const uv = toolUv(parse(text));
    if (uv["workspace"] === undefined) return null;
    const { members, exclude } = tableIn(uv, "workspace");
    return { members: texts(members), exclude: texts(exclude) };
  } catch {
    return null;
  }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function posix(file: string): string {
  return file.split(path.sep).join("/");
}
