import { parse } from "smol-toml";
import { isTable, tableIn, toolUv } from "../../scenario/schema/value.ts";
import type { UvLog } from "../uv-log/model.ts";
import { readRequirementsFile } from "../look/requirements.ts";
import type { Looked } from "../model.ts";
import { kindOf } from "../symptom.ts";
import { normaliseProject } from "../../scenario/requirement.ts";
import { readRequirement, versionFor } from "./requirement.ts";
import { lastSegment, withoutUser } from "../uv-log/url.ts";
import { isServed } from "../infer/flavour.ts";
import { placeNumbers } from "../infer/places.ts";

/** A package that must be there for the command to be answered; names are the original's. */
export interface Stub {
  readonly name: string;
  readonly version: string;
  readonly requires: readonly string[];
  readonly extras: readonly string[];
  /** uv has it installed as a tool, or is to, so it brings a command. */
  readonly isTool: boolean;
  /** Its page names no file. */
  readonly isEmpty: boolean;
}

export interface StubOptions {
  /** The project's own names. */
  readonly own: ReadonlySet<string>;
  /** What the command installs or runs as a tool. */
  readonly tools: ReadonlySet<string>;
  /** URLs of indexes that are taken to hide what they have. */
  readonly hiding: ReadonlySet<string>;
  /** URLs of the indexes of the scenario. */
  readonly indexes: readonly string[];
}

/** The smallest set: what the project asks for, what uv learnt of those, and what it asked an index for. */
export function stubsOf(looked: Looked, log: UvLog, { own, tools, hiding, indexes }: StubOptions): Stub[] {
  const specifiers = new Map<string, string[]>();
  const extras = new Map<string, Set<string>>();
  const requires = new Map<string, string[]>();
  const need = (text: string): void => {
    const read = readRequirement(text);
    if (read === null || read.url !== null) return;
    const name = normaliseProject(read.name);
    if (own.has(name)) return;
    specifiers.set(name, [...(specifiers.get(name) ?? []), read.rest.split(";")[0] ?? ""]);
    extras.set(name, new Set([...(extras.get(name) ?? []), ...read.extras]));
  };
  for (const { text } of looked.manifests) for (const requirement of requirementsIn(parse(text))) need(requirement);
  for (const { text } of looked.requirements) {
    for (const line of readRequirementsFile(text)) if (line.kind === "requirement") need(line.text);
  }
  const locked = lockedPackages(looked.lock?.text ?? null);
  for (const [name, pack] of locked) {
    if (own.has(name)) continue;
    need(`${name}==${pack.version}`);
    requires.set(name, pack.requires);
  }
  for (const [of, texts] of log.requires) {
    const [name = "", version = ""] = of.split("==");
    if (own.has(normaliseProject(name))) continue;
    need(`${name}==${version}`);
    if (locked.size === 0) requires.set(normaliseProject(name), [...texts]);
    for (const text of texts) need(text);
  }
  for (const { url } of log.chains) {
    const name = kindOf(url) === "page" ? lastSegment(url) : "";
    if (/^[a-z0-9][a-z0-9-]*$/u.test(name)) need(name);
  }
  const numberOf = placeNumbers(indexes);
  const missing = new Set(
    log.chains
      .filter(({ url, ended }) => kindOf(url) === "page" && ended === 404 && !hiding.has(indexes[numberOf(url)] ?? ""))
      .map(({ url }) => lastSegment(url)),
  );
  for (const { url, ended } of log.chains) if (isServed(ended)) missing.delete(lastSegment(url));
  // Where nothing that is there will do, uv tells what is there.
  const available = new Map(
    [...log.message.matchAll(/\bonly ([a-z0-9-]+)==(\S+) is available/gu)].map(([, name = "", version = ""]) => [name, version]),
  );
  const empty = new Set([...log.message.matchAll(/\bthere are no versions of ([a-z0-9-]+)(?= and\b|,)/gu)].map(([, name]) => name));
  return [...specifiers]
    .filter(([name]) => !missing.has(name))
    .map(([name, texts]) => ({
      name,
      version: available.get(name) ?? versionFor(texts),
      requires: requires.get(name) ?? [],
      extras: [...(extras.get(name) ?? [])],
      isTool: tools.has(name) || looked.tools.some((tool) => normaliseProject(tool.name) === name),
      isEmpty: empty.has(name),
    }));
}

/** Everything that a pyproject.toml asks for. */
export function requirementsIn(document: Record<string, unknown>): string[] {
  const project = tableIn(document, "project");
  const uv = toolUv(document);
  const lists = [
    project["dependencies"],
    ...Object.values(tableIn(project, "optional-dependencies")),
    ...Object.values(tableIn(document, "dependency-groups")),
    uv["dev-dependencies"],
  ];
  return lists.flatMap((list) => (Array.isArray(list) ? list.filter((each) => typeof each === "string") : []));
}

/** Names of what a pyproject.toml asks for: uv minds the sources of these alone. */
export function requirementNames(document: Record<string, unknown>): string[] {
  return requirementsIn(document).flatMap((text) => readRequirement(text)?.name ?? []);
}

/** URLs of the files that a lock file names. */
export function filesInLock(text: string): string[] {
  return [...text.matchAll(/\burl = "(https?:[^"]+)"/gu)].map(([, url]) => withoutUser(url ?? ""));
}

/** Names of the packages that a lock file holds. */
export function lockedNames(text: string): string[] {
  return [...text.matchAll(/^name = "([^"]+)"/gmu)].map(([, name]) => name ?? "");
}

function lockedPackages(text: string | null): Map<string, { version: string; requires: string[] }> {
  const found = new Map<string, { version: string; requires: string[] }>();
  if (text === null) return found;
  const { package: packages } = parse(text) as { package?: unknown };
  for (const entry of Array.isArray(packages) ? (packages as unknown[]).filter(isTable) : []) {
    const { name, version, source, dependencies } = entry;
    if (typeof name !== "string" || typeof version !== "string" || !isTable(source) || source["registry"] === undefined) continue;
    const requires = Array.isArray(dependencies)
      ? (dependencies as unknown[]).filter(isTable).flatMap((each) => (typeof each["name"] === "string" ? [each["name"]] : []))
      : [];
    found.set(name, { version, requires });
  }
  return found;
}
