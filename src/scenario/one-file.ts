import { parse } from "smol-toml";
import { addFolderFiles, type ScenarioFolders } from "./folder-files.ts";
import { createProblemList } from "./problem.ts";
import { writeToml } from "./write-toml.ts";

/** A scenario's document with the files beside it in `[files]` and `[home]`. The text was parsed before, without problems. */
export function parseOneFile(toml: string, beside: ScenarioFolders): Record<string, unknown> {
  const document = parse(toml);
  addFolderFiles(document, beside, createProblemList());
  return document;
}

/** A scenario that was a folder as one file, so that it can be pasted. */
export function asOneFile(toml: string, beside: ScenarioFolders): string {
  return writeToml(parseOneFile(toml, beside));
}
