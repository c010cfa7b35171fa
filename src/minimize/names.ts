import { parse } from "smol-toml";
import { escapePattern } from "../scenario/escape-pattern.ts";
import { readRequirement } from "../scenario/requirement.ts";
import { isTable, tableIn } from "../scenario/schema/value.ts";

/** What a scenario calls by names of its own. */
export interface ScenarioNames {
  /** Those that are built for it. */
  readonly packages: readonly string[];
  /** Those of PyPI, which have the names that they have. */
  readonly realPackages: readonly string[];
  readonly indexes: readonly string[];
  readonly users: readonly string[];
  /** Of the pyproject.toml files. */
  readonly projects: readonly string[];
  /** The name of an index → where it answers. */
  readonly urlOf: ReadonlyMap<string, string>;
}

export function namesOf(toml: string): ScenarioNames {
  const document = parse(toml);
  const tables = Object.entries(tableIn(document, "index")).flatMap(([name, table]) => (isTable(table) ? [{ name, table }] : []));
  const listed = (key: string): string[] => tables.flatMap(({ table }) => [table[key]].flat().flatMap(nameIn));
  const indexes = tables.filter(({ name }) => name !== "default");
  const packages = tables.flatMap(({ table }) => [table["packages"]].flat());
  const real = packages.flatMap((each) => (typeof each === "string" ? (readRequirement(each)?.name ?? []) : []));
  const users = [...new Set([...listed("user"), ...listed("users")])];
  return {
    packages: [...new Set(packages.filter(isTable).flatMap(nameIn))],
    realPackages: [...new Set(real)],
    indexes: indexes.map(({ name }) => name),
    users,
    projects: Object.entries(tableIn(document, "files")).flatMap(([file, text]) =>
      file.endsWith("pyproject.toml") ? projectIn(text) : [],
    ),
    urlOf: new Map(indexes.flatMap(({ name, table: { url } }) => (typeof url === "string" ? [[name, url] as const] : []))),
  };
}

function nameIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return isTable(value) && typeof value["name"] === "string" ? [value["name"]] : [];
}

function projectIn(text: unknown): string[] {
  try {
    return nameIn(tableIn(parse(String(text)), "project"));
  } catch {
    return [];
  }
}

/** Whether a word stands in a text by itself, not as a part of a longer one. */
export function holdsWord(text: string, word: string): boolean {
  return text.includes(word) && new RegExp(`(?<![\\w-])${escapePattern(word)}(?![\\w-])`, "u").test(text);
}
