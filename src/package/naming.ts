/** The spellings of one project's name, and the file names made of them (PEP 503, PEP 427, PEP 625). */

/** PEP 503: `Acme.Tools` → `acme-tools`. */
export function normalizedName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** As a file name's first part, and as the name of the generated module: `Acme.Tools` → `acme_tools`. */
export function underscored(name: string): string {
  return normalizedName(name).replaceAll("-", "_");
}

/** `acme_tools-1.0`: how the wheel, its `.dist-info` and the sdist begin. A `-` would end the version. */
export function nameAndVersion(name: string, version: string): string {
  return `${underscored(name)}-${version.replaceAll("-", "_")}`;
}

/** The project of a wheel or sdist by its file name; `null` for any other file. */
export function projectOfFilename(filename: string): string | null {
  const name = /^(?<name>[^-]+)-[^-]+(?:-[^-]+){3,4}\.whl$/.exec(filename) ?? /^(?<name>.+)-[^-]+\.(?:tar\.gz|zip)$/.exec(filename);
  return name?.groups?.["name"] === undefined ? null : normalizedName(name.groups["name"]);
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
