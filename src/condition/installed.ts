import type { InstalledMatcher } from "../scenario/model.ts";
import type { StepEvidence } from "./evidence.ts";
import type { Keys } from "./key.ts";
import { clauseWords, type ListKind, type Seen } from "./kind.ts";
import { packageKeys } from "./package-keys.ts";

/** Stands, among the files that a run reads, for the list of what is installed; no path of a scenario is written so. */
export const INSTALLED_LIST = "{{venv}}/installed";

const KEYS = packageKeys("in small letters and with `-`") satisfies Keys<InstalledMatcher>;

/** What is installed in the scenario's venv after the step. Of a venv that is not there nothing holds. */
export const INSTALLED: ListKind = {
  note: "Packages that are installed in the venv after the step.",
  keys: KEYS,
  source: "installed",
  among: [],
  noun: "installed package",
  seen: installedPackages,
  words: clauseWords("installation in the venv", KEYS),
};

function installedPackages({ files }: StepEvidence): Seen[] {
  const record = files.find(({ path }) => path === INSTALLED_LIST);
  if (record === undefined || record.content === null)
    return [{ fields: {}, line: record === undefined ? "the venv was not looked at" : "there is no venv" }];
  return record.content.split("\n").flatMap((line): Seen[] => {
    const [name = "", version = ""] = line.split("==");
    return line === "" ? [] : [{ fields: { package: name, version }, line: `${name} ${version}` }];
  });
}
