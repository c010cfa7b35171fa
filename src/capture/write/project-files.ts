import { parse } from "smol-toml";
import { isTable, tableIn, toolUv } from "../../scenario/schema/value.ts";
import { renameRequirement } from "./index-tables.ts";
import { normaliseProject } from "../../scenario/requirement.ts";
import { readRequirement } from "./requirement.ts";
import { requirementNames, requirementsIn } from "./packages.ts";
import { urlText, type Material } from "./material.ts";
import { projectToml } from "./toml.ts";

type Table = Record<string, unknown>;

/** Keys of uv's that decide what is asked of whom; others tell of the user's machine or taste. */
const UV_KEYS = new Set([
  "keyring-provider",
  "index-strategy",
  "native-tls",
  "system-certs",
  "resolution",
  "prerelease",
  "no-build",
  "no-sources",
  "required-version",
  "environments",
]);
const REQUIREMENTS = ["dev-dependencies", "constraint-dependencies", "override-dependencies"] as const;
export const NO_PACKAGE = "a dependency that is no package of an index (a path, git)";
const PROXIES = /^(?:https?|no|all)-proxy$/u;

export interface WrittenFiles {
  readonly files: Record<string, string>;
  /** What a scenario cannot hold. */
  readonly unable: readonly string[];
}

/** The project's own files as the scenario has them: what decides, under other names. */
export function projectFiles(material: Material, way: string | null): WrittenFiles {
  const unable: string[] = [];
  const files: Record<string, string> = {};
  for (const { path, text } of material.looked.manifests) {
    files[renamePath(path, material)] = projectToml(manifest(parse(text), material, unable, way));
  }
  const own = material.looked.settings.find(({ place, read }) => place === "uv.toml" && read);
  if (own !== undefined) files["uv.toml"] = projectToml(settingsTable(parse(own.text), material, unable, own.place, way));
  return { files, unable };
}

/** The user's uv.toml, if uv reads one. */
export function userSettings(material: Material, way: string | null): { readonly text: string | null; readonly unable: readonly string[] } {
  const unable: string[] = [];
  const read = material.looked.settings.filter(({ place, read: isRead }) => isRead && place !== "uv.toml");
  const tables = read.map(({ place, text }) => settingsTable(parse(text), material, unable, place, way));
  const merged: Table = Object.assign({}, ...tables.reverse());
  return { text: Object.keys(merged).length === 0 ? null : projectToml(merged), unable };
}

function manifest(document: Table, material: Material, unable: string[], way: string | null): Table {
  const { renamer } = material;
  const project = tableIn(document, "project");
  const uv = toolUv(document);
  const groups = tableIn(document, "dependency-groups");
  const optional = tableIn(project, "optional-dependencies");
  const named = (groupsOf: Table): Table =>
    Object.fromEntries(Object.entries(groupsOf).map(([name, list]) => [renamer.name(name), renamedList(list, material)]));
  const written: Table = {};
  if (isTable(document["project"])) {
    written["project"] = {
      name: renamer.name(typeof project["name"] === "string" ? project["name"] : "app"),
      // uv may name it, and other members may ask for it.
      version: typeof project["version"] === "string" ? project["version"] : "0.1.0",
      "requires-python": ">=3.8",
      dependencies: renamedList(project["dependencies"], material),
      ...(Object.keys(optional).length === 0 ? {} : { "optional-dependencies": named(optional) }),
    };
  }
  if (Object.keys(groups).length > 0) written["dependency-groups"] = named(groups);
  const requirements = [
    ...requirementsIn(document),
    ...REQUIREMENTS.flatMap((key) => (Array.isArray(uv[key]) ? (uv[key] as unknown[]) : [])),
  ];
  if (requirements.some((text) => typeof text === "string" && isElsewhere(text))) unable.push(NO_PACKAGE);
  const own = uvTable(uv, requirementNames(document), material, unable, way);
  // Its build would need packages that are beside the point.
  if (document["build-system"] !== undefined) own["package"] = false;
  if (Object.keys(own).length > 0) written["tool"] = { uv: own };
  return written;
}

function uvTable(uv: Table, requirements: readonly string[], material: Material, unable: string[], way: string | null): Table {
  const { renamer } = material;
  const written = settingsTable(uv, material, unable, "pyproject.toml", way);
  for (const key of REQUIREMENTS) if (Array.isArray(uv[key])) written[key] = renamedList(uv[key], material);
  if (isTable(uv["workspace"])) {
    const { members, exclude } = tableIn(uv, "workspace");
    const paths = (list: unknown): unknown =>
      Array.isArray(list) ? list.map((each) => (typeof each === "string" ? renamePath(each, material) : each)) : [];
    written["workspace"] = { members: paths(members), ...(exclude === undefined ? {} : { exclude: paths(exclude) }) };
  }
  if (Array.isArray(uv["conflicts"])) written["conflicts"] = renameValues(uv["conflicts"], renamer.name);
  const direct = new Set(requirements.map(normaliseProject));
  const sources = Object.entries(tableIn(uv, "sources")).flatMap(([name, source]) => {
    if (!direct.has(normaliseProject(name))) return [];
    const entries = (Array.isArray(source) ? (source as unknown[]) : [source]).filter(isTable).map((entry) => sourceTable(entry, material));
    if (entries.includes(null)) {
      unable.push(NO_PACKAGE);
      return [];
    }
    return [[renamer.name(name), entries.length === 1 ? entries[0] : entries]];
  });
  if (sources.length > 0) written["sources"] = Object.fromEntries(sources) as Table;
  return written;
}

/** A requirement whose URL no index has: what stands in it is nothing that is renamed. */
export function isElsewhere(text: string): boolean {
  const url = readRequirement(text)?.url ?? null;
  return url !== null && !/^https?:/iu.test(url);
}

function sourceTable(source: Table, { renamer }: Material): Table | null {
  if (source["workspace"] === true) return { workspace: true };
  if (typeof source["index"] !== "string") return null;
  const { marker, extra, group } = source;
  return {
    index: renamer.name(source["index"]),
    ...(typeof marker === "string" ? { marker } : {}),
    ...(typeof extra === "string" ? { extra: renamer.name(extra) } : {}),
    ...(typeof group === "string" ? { group: renamer.name(group) } : {}),
  };
}

function settingsTable(own: Table, material: Material, unable: string[], place: string, way: string | null): Table {
  const written: Table = {};
  for (const [key, value] of Object.entries(own)) {
    if (UV_KEYS.has(key)) written[key] = value;
    if (PROXIES.test(key) && way !== null && key !== "no-proxy") written[key] = way;
    if (key === "no-proxy" && way !== null)
      unable.push(`no-proxy in ${place}: in a scenario only variables say which hosts are asked without a proxy`);
    if (key === "allow-insecure-host" && Array.isArray(value)) written[key] = value.map((host) => material.renamer.host(String(host)));
    if ((key === "index-url" || key === "extra-index-url") && value !== undefined) {
      written[key] = Array.isArray(value)
        ? value.map((url) => urlText(material, String(url)))
        : typeof value === "string"
          ? urlText(material, value)
          : [];
    }
  }
  const listed = Array.isArray(own["index"]) ? (own["index"] as unknown[]).filter(isTable) : [];
  if (listed.length > 0) written["index"] = listed.map((entry) => indexTable(entry, material));
  return written;
}

function indexTable(entry: Table, material: Material): Table {
  const { name, url } = entry;
  const kept = ["explicit", "default", "authenticate", "ignore-error-codes"].flatMap((key) =>
    entry[key] === undefined ? [] : [[key, entry[key]]],
  );
  return {
    ...(typeof name === "string" ? { name: material.renamer.name(name) } : {}),
    ...(typeof url === "string" ? { url: urlText(material, url) } : {}),
    ...Object.fromEntries(kept),
  };
}

function renamedList(list: unknown, material: Material): unknown[] {
  if (!Array.isArray(list)) return [];
  return (list as unknown[]).map((each) =>
    typeof each === "string" ? renamedRequirement(each, material) : renameValues(each, material.renamer.name),
  );
}

export function renamedRequirement(text: string, material: Material): string {
  return text.includes("://") ? urlRequirement(text, material) : renameRequirement(text, material.renamer.name);
}

function urlRequirement(text: string, material: Material): string {
  const [, before = "", url = "", after = ""] = /^(.*?@\s*)(\S+)(.*)$/su.exec(text) ?? [];
  return url === "" ? material.renamer.text(text) : `${material.renamer.name(before)}${urlText(material, url)}${after}`;
}

function renameValues(value: unknown, rename: (text: string) => string): unknown {
  if (typeof value === "string") return rename(value);
  if (Array.isArray(value)) return value.map((each: unknown) => renameValues(each, rename));
  return isTable(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, renameValues(each, rename)])) : value;
}

export function renamePath(path: string, { renamer }: Material): string {
  return path
    .split("/")
    .map((part) => (part === "pyproject.toml" || part === "uv.toml" ? part : renamer.name(part)))
    .join("/");
}
