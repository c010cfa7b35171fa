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

/** Project and version of a wheel or sdist by its file name; `null` for any other file. */
export function parseFilename(filename: string): { project: string; version: string; format: "wheel" | "sdist" } | null {
  if (filename.endsWith(".whl")) {
    const [name, version, ...tags] = filename.slice(0, -".whl".length).split("-");
    if (name === undefined || version === undefined || tags.length < 3) return null;
    return { project: normalizedName(name), version: version.replaceAll("_", "-"), format: "wheel" };
  }
  const match = /^(?<name>.+)-(?<version>[^-]+)\.(?:tar\.gz|zip)$/.exec(filename);
  if (match?.groups === undefined) return null;
  return {
    project: normalizedName(match.groups["name"] ?? ""),
    version: match.groups["version"] ?? "",
    format: "sdist",
  };
}
