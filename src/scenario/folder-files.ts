import { pastedTokens, TOKEN_HINT, tokenMessage } from "./secret/pasted-token.ts";
import { formatPath, type Path, type ProblemList } from "./problem.ts";
import { isTable } from "./schema/value.ts";

/** Files that stand beside a scenario in its folder (`project/`, `home/`): path → text. */
export interface ScenarioFolders {
  readonly files?: Readonly<Record<string, string>>;
  readonly home?: Readonly<Record<string, string>>;
}

/** A file of the scenario's folder, and where it stands there. */
export interface FolderFile {
  readonly file: string;
  readonly text: string;
}

const FOLDERS = { files: "project", home: "home" } as const;

/**
 * Adds the files that stand beside a scenario to its document, as if `[files]` and `[home]` held them. Returns them
 * by formatted path, so that problems are shown where they are. A file that is in both places is reported.
 */
export function addFolderFiles(
  document: Record<string, unknown>,
  folders: ScenarioFolders,
  problems: ProblemList,
): Map<string, FolderFile> {
  const added = new Map<string, FolderFile>();
  for (const section of ["files", "home"] as const) {
    const given = Object.entries(folders[section] ?? {});
    if (given.length === 0) continue;
    const table = (document[section] ??= {});
    // Anything else is reported as a wrong type.
    if (!isTable(table)) continue;
    for (const [name, text] of given) {
      const path: Path = [section, name];
      if (Object.hasOwn(table, name)) {
        const message = `\`${name}\` stands both here and in the folder \`${FOLDERS[section]}\` beside`;
        problems.error("duplicate", path, message, { atKey: true });
        continue;
      }
      for (const token of pastedTokens(text)) {
        const place = { find: token.prefix, after: text.slice(0, token.index) };
        problems.error("pasted-token", path, tokenMessage(token), { hint: TOKEN_HINT, ...place });
      }
      table[name] = text;
      added.set(formatPath(path), { file: `${FOLDERS[section]}/${name}`, text });
    }
  }
  return added;
}
