import { parse } from "smol-toml";
import { addBeside, type BesideFolders } from "./beside.ts";
import { createProblemList } from "./problem.ts";
import { writeToml } from "./write.ts";

/** A scenario's document with the files beside it in `[files]` and `[home]`. The text was parsed before, without problems. */
export function parseOneFile(toml: string, beside: BesideFolders): Record<string, unknown> {
  const document = parse(toml);
  addBeside(document, beside, createProblemList());
  return document;
}

/** A scenario that was a folder as one file, so that it can be pasted. */
export function asOneFile(toml: string, beside: BesideFolders): string {
  return writeToml(parseOneFile(toml, beside));
}
