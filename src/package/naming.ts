import { clean } from "@renovatebot/pep440";

import { normaliseProject } from "../scenario/requirement.ts";

/** The spellings of one project's name, and the file names made of them (PEP 503, PEP 427, PEP 625). */

/** As a file name's first part, and as the name of the generated module: `Acme.Tools` → `acme_tools`. */
export function underscored(name: string): string {
  return normaliseProject(name).replaceAll("-", "_");
}

/** PEP 440's one spelling, without which a `-` would end the version too early: `1.0-1` → `1.0.post1`. */
export function normalisedVersion(version: string): string {
  // The library joins the parts of a local version by commas.
  return clean(version)?.replaceAll(",", ".") ?? version;
}

/** `acme_tools-1.0`: how the wheel, its `.dist-info` and the sdist begin. */
export function nameAndVersion(name: string, version: string): string {
  return `${underscored(name)}-${normalisedVersion(version)}`;
}

/** The project of a wheel or sdist by its file name; `null` for any other file. */
export function projectOfFilename(filename: string): string | null {
  const name = /^(?<name>[^-]+)-[^-]+(?:-[^-]+){3,4}\.whl$/.exec(filename) ?? /^(?<name>.+)-[^-]+\.(?:tar\.gz|zip)$/.exec(filename);
  return name?.groups?.["name"] === undefined ? null : normaliseProject(name.groups["name"]);
}

/** Whether a wheel's tags let Python 3.`minor` have it, whatever the platform. */
export function servesPython(wheel: string, minor: number): boolean {
  const tags = /-(?<python>[^-]+)-(?<abi>[^-]+)-[^-]+\.whl$/.exec(wheel)?.groups;
  const pythons = tags?.["python"]?.split(".") ?? [];
  if (pythons.includes("py3")) return true;
  const minors = pythons.map((each) => Number(/^(?:cp|py)3(?<minor>\d+)$/.exec(each)?.groups?.["minor"] ?? Number.NaN));
  const upwards = tags?.["abi"]?.split(".").includes("abi3") === true || pythons.some((each) => each.startsWith("py3"));
  return minors.some((each) => (upwards ? each <= minor : each === minor));
}
