import path from "node:path";
import { readRequirementsFile } from "../../capture/look/requirements.ts";
import type { ProjectFile } from "../../capture/model.ts";
import { isInside } from "../../workspace/confine.ts";

/** Requirements files below `root` and those that they name, each once; `named` are absolute. Others are no part of the project. */
export async function requirementsFiles(
  root: string,
  named: readonly string[],
  hidden: (file: string) => Promise<string | null>,
): Promise<ProjectFile[]> {
  const found = new Map<string, ProjectFile>();
  const add = async (file: string): Promise<void> => {
    if (found.has(file) || !isInside(root, file) || file.endsWith(".toml") || file.endsWith(".py")) return;
    const text = await hidden(file);
    if (text === null) return;
    found.set(file, { path: path.relative(root, file).split(path.sep).join("/"), text });
    for (const line of readRequirementsFile(text)) if (line.kind === "file") await add(path.resolve(path.dirname(file), line.path));
  };
  for (const file of named) await add(file);
  return [...found.values()];
}
