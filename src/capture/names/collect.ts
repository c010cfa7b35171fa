import { parse } from "smol-toml";
import { isTable, tableIn, toolUv } from "../../scenario/schema/value.ts";
import { withoutUser } from "../uv-log/url.ts";
import type { UvLog } from "../uv-log/model.ts";
import { readRequirementsFile } from "../look/requirements.ts";
import type { IndexSetting, Looked } from "../model.ts";
import { hideUrlSecrets } from "../secret-book.ts";
import { namedProxies } from "../infer/proxy.ts";
import { filesInLock, lockedNames, requirementsIn } from "../write/packages.ts";
import { normaliseProject, readRequirement as readStrictly } from "../../scenario/requirement.ts";
import { readRequirement } from "../write/requirement.ts";
import { namedWords } from "../write/command.ts";
import type { Names } from "./rename.ts";

/** Every name of the original that could come into a scenario. */
export function namesOf(
  looked: Looked,
  log: UvLog,
  argv: readonly string[],
  more: readonly IndexSetting[],
  keep: readonly string[],
): Names {
  const names = new Set<string>();
  const urls = new Set<string>();
  const add = (...texts: readonly (string | null | undefined)[]): void => {
    for (const text of texts) if (text !== null && text !== undefined && text !== "") names.add(text);
  };
  const addRequirement = (text: string): void => {
    const read = readRequirement(text);
    if (read !== null) add(read.name, ...read.extras);
  };
  for (const { name, url, user } of [...looked.indexes, ...more]) {
    add(name, user);
    urls.add(url);
  }
  for (const { url, redirects, user } of log.chains) {
    add(user);
    for (const each of [url, ...redirects]) urls.add(each);
  }
  for (const { user, service } of looked.logins) {
    add(user);
    if (service.includes("://")) urls.add(service);
  }
  for (const { name, value } of looked.variables) {
    if (/^UV_.*(?:USER|NAME|LOGIN|PASS|TOKEN)/u.test(name)) add(name, value);
    for (const url of urlsIn(value ?? "")) urls.add(url);
  }
  for (const { path, text } of looked.manifests) {
    add(...path.split("/").filter((part) => part !== "pyproject.toml"));
    add(...manifestNames(parse(text)));
    for (const url of urlsIn(text)) urls.add(url);
  }
  for (const { path, text } of looked.requirements) {
    add(...path.split("/"));
    for (const url of urlsIn(text)) urls.add(url);
    for (const line of readRequirementsFile(text)) {
      if (line.kind === "file") add(...line.path.split("/"));
      if (line.kind === "requirement") addRequirement(line.text);
    }
  }
  for (const { text, read } of looked.settings) if (read) for (const url of urlsIn(text)) urls.add(url);
  for (const [of, requirements] of log.requires) {
    add(of.split("==")[0]);
    for (const text of requirements) addRequirement(text);
  }
  for (const { url, user } of namedProxies(looked)) {
    urls.add(url);
    add(user);
  }
  add(...lockedNames(looked.lock?.text ?? ""));
  add(...looked.cwd.split("/"));
  for (const word of namedWords(argv)) {
    for (const url of urlsIn(word)) urls.add(url);
    const value = word.replace(/^--[\w-]+=/u, "");
    if (value.startsWith("-") || value.includes("://")) continue;
    if (readStrictly(value) !== null) addRequirement(value);
    // A path names what its parts name. Of other words, as a program's, nothing is known: one that is to be renamed is missed, and told.
    else if (!/[\s"']/u.test(value)) add(...value.split(/[\\/=:,]/u));
  }
  for (const url of filesInLock(looked.lock?.text ?? "")) urls.add(url);
  const known = [...names].map((name) => name.replaceAll(/[_.]/gu, "-"));
  return {
    names: [...names, ...known],
    urls: [...urls],
    hosts: looked.logins.flatMap(({ service }) => (service === "default" || service.includes("://") ? [] : [service.split("/")[0] ?? ""])),
    keep,
  };
}

function urlsIn(text: string): string[] {
  const hidden = hideUrlSecrets(text, () => "secret-0");
  return [...hidden.matchAll(/https?:\/\/[^\s"'<>,\]]+/gu)].map(([url]) => withoutUser(url));
}

function manifestNames(document: Record<string, unknown>): string[] {
  const project = tableIn(document, "project");
  const uv = toolUv(document);
  const groups = { ...tableIn(document, "dependency-groups"), ...tableIn(project, "optional-dependencies") };
  const names = requirementsIn(document).flatMap((text) => {
    const read = readRequirement(text);
    return read === null ? [] : [normaliseProject(read.name), ...read.extras];
  });
  const conflicts = Array.isArray(uv["conflicts"])
    ? uv["conflicts"]
        .flat()
        .filter(isTable)
        .flatMap((each) => Object.values(each))
    : [];
  return [
    ...(typeof project["name"] === "string" ? [project["name"]] : []),
    ...Object.keys(groups),
    ...Object.keys(tableIn(uv, "sources")),
    ...names,
    ...conflicts.filter((each) => typeof each === "string"),
  ];
}
