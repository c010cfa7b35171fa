import type { GeneratedPackage, Package } from "../model.ts";
import type { Path } from "../problem.ts";
import { isProjectName, normaliseProject, readRequirement } from "../requirement.ts";
import type { RawPackage, RawPackages } from "../schema/package.ts";
import { listed } from "../schema/value.ts";
import { isSpecifier, isVersion } from "../version.ts";
import { checkIndex, checkUser, type ReadContext } from "./context.ts";
import { readListing } from "./listing.ts";
import { pathFault } from "./path.ts";

/** Reads an index's packages; a table with several versions becomes several packages. */
export function readPackages(context: ReadContext, raw: RawPackages | undefined, path: Path, index: string): Package[] {
  const seen = new Set<string>();
  return (raw ?? []).flatMap((entry, position) => {
    const here = [...path, position];
    const read = typeof entry === "string" ? [readReal(context, entry, here)] : readGenerated(context, entry, here, index);
    for (const found of read) {
      const name = nameOf(found);
      if (name === null) continue;
      const ids = filesOf(found).map((file) => `${name} ${file}`);
      if (ids.some((id) => seen.has(id))) context.problems.error("duplicate", here, `the index already has ${name}`);
      ids.forEach((id) => seen.add(id));
    }
    return read;
  });
}

/** `null` for a requirement that is refused anyway. */
function nameOf(found: Package): string | null {
  if (found.kind === "generated") return `${normaliseProject(found.name)} ${found.version}`;
  const requirement = readRequirement(found.requirement);
  return requirement === null || requirement.pinned === null ? null : `${normaliseProject(requirement.name)} ${requirement.pinned}`;
}

/** What tells one entry's files from those of another for the same version: a wheel may have no hash, and the sdist one. */
function filesOf(found: Package): readonly string[] {
  if (found.kind === "real") return ["wheel", "sdist"];
  const { formats, listing } = found;
  return listing?.filenames ?? listing?.tags ?? (formats.length === 0 ? ["none"] : formats);
}

function readReal(context: ReadContext, text: string, path: Path): Package {
  const requirement = readRequirement(text);
  if (requirement === null) context.problems.error("bad-requirement", path, `\`${text}\` is no requirement`);
  else if (requirement.pinned === null || text.includes(";")) {
    const hint = `write "${requirement.name}==VERSION", or { name = "${requirement.name}" } for one that is built`;
    context.problems.error("bad-requirement", path, "a real package from PyPI must be pinned by `==` alone", { hint });
  }
  return { kind: "real", requirement: text };
}

/** Reads a package that is built, one for each of its versions. `index` is where `visible-to` looks for users. */
export function readGenerated(context: ReadContext, raw: RawPackage, path: Path, index: string): GeneratedPackage[] {
  const { problems } = context;
  if (!isProjectName(raw.name)) {
    const [, name, version] = /^([\w.-]+)\s*==\s*([\w.!+]+)$/.exec(raw.name) ?? [];
    const hint = name === undefined ? "a name has letters, digits, `-`, `_` and `.`" : `write { name = "${name}", version = "${version}" }`;
    problems.error("wrong-value", [...path, "name"], `\`${raw.name}\` cannot be the name of a package`, { hint });
  }
  if (raw.version !== undefined && raw.versions !== undefined) {
    problems.error("conflict", [...path, "versions"], "`version` and `versions` exclude each other", { atKey: true });
  }
  const versions = raw.versions ?? [raw.version ?? "1.0.0"];
  versions.forEach((version, position) => {
    const here = raw.versions === undefined ? [...path, "version"] : [...path, "versions", position];
    if (!isVersion(version))
      problems.error("bad-version", here, `\`${version}\` is no version (PEP 440)`, { hint: 'write one such as "1.0.0"' });
  });
  checkRequirements(context, raw.requires, [...path, "requires"]);
  for (const [extra, requires] of Object.entries(raw.extras ?? {})) {
    if (!isProjectName(extra))
      problems.error("wrong-value", [...path, "extras", extra], `\`${extra}\` cannot be an extra`, { atKey: true });
    checkRequirements(context, requires, [...path, "extras", extra]);
  }
  const python = raw["requires-python"];
  if (python !== undefined && !isSpecifier(python)) {
    problems.error("bad-version", [...path, "requires-python"], `\`${python}\` is no version specifier (PEP 440)`);
  }
  const formats = raw.formats === undefined ? ["wheel" as const] : listed(raw.formats);
  if (formats.length === 0) problems.error("wrong-value", [...path, "formats"], "a package needs at least one format");
  for (const [script, target] of Object.entries(raw.scripts ?? {})) {
    const here = [...path, "scripts", script];
    if (!/^[\w.-]+$/.test(script)) problems.error("wrong-value", here, `\`${script}\` cannot be a script's name`, { atKey: true });
    if (!/^[\w.]+:[\w.]+$/.test(target)) problems.error("wrong-value", here, "a script's target is written `module:function`");
  }
  for (const file of Object.keys(raw.files ?? {})) {
    const fault = pathFault(file);
    if (fault !== null) problems.error("bad-path", [...path, "files", file], fault, { atKey: true });
  }
  raw["visible-to"]?.forEach((user, position) => checkUser(context, index, user, [...path, "visible-to", position]));
  raw["keyring-plugin"]?.forEach((name, position) => checkServedIndex(context, name, [...path, "keyring-plugin", position]));

  const listing = readListing(context, raw, path, versions.length);
  // A project without files has no version either; one stands for it.
  const noFiles = versions.length === 0;
  return (noFiles ? ["0"] : versions).map((version) => ({
    kind: "generated",
    name: raw.name,
    version,
    requires: raw.requires ?? [],
    extras: raw.extras ?? {},
    requiresPython: python ?? null,
    formats: noFiles ? [] : [...new Set(formats)],
    scripts: raw.scripts ?? {},
    files: raw.files ?? {},
    yanked: raw.yanked === true ? "" : (raw.yanked ?? false),
    visibleTo: raw["visible-to"] ?? null,
    keyringPlugin: raw["keyring-plugin"] ?? null,
    ...(listing === null ? {} : { listing }),
  }));
}

/** A keyring plugin can only know the users of an index that has some. */
export function checkServedIndex(context: ReadContext, name: string, path: Path): void {
  if (!checkIndex(context, name, path, { withDefault: false })) return;
  if (context.indexes.get(name)?.users.length === 0) checkUser(context, name, "", path, name);
}

/** Reports those that are none. */
function checkRequirements(context: ReadContext, requires: readonly string[] | undefined, path: Path): void {
  requires?.forEach((text, position) => checkRequirement(context, text, [...path, position]));
}

/** Reports what is no requirement (PEP 508). */
export function checkRequirement(context: ReadContext, text: string, path: Path): void {
  if (readRequirement(text) !== null && !text.includes("{{")) return;
  const hint = text.includes("{{") ? "placeholders are not filled here" : null;
  context.problems.error("bad-requirement", path, `\`${text}\` is no requirement (PEP 508)`, { hint });
}
