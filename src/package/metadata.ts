import type { GeneratedPackage } from "../scenario/model.ts";
import { normalisedVersion } from "./naming.ts";

/**
 * Core metadata 2.1, as METADATA of a wheel and PKG-INFO of an sdist. An extra's requirements become
 * `Requires-Dist` lines whose marker also asks for the extra.
 */
export function coreMetadata(pkg: GeneratedPackage): string {
  const lines = ["Metadata-Version: 2.1", `Name: ${pkg.name}`, `Version: ${normalisedVersion(pkg.version)}`];
  if (pkg.requiresPython !== null) lines.push(`Requires-Python: ${pkg.requiresPython}`);
  for (const requirement of pkg.requires) lines.push(`Requires-Dist: ${requirement}`);
  for (const [extra, requirements] of Object.entries(pkg.extras)) {
    lines.push(`Provides-Extra: ${extra}`);
    for (const requirement of requirements) lines.push(`Requires-Dist: ${underExtra(requirement, extra)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** `dep; python_version < "4"` under `cli` → `dep ; (python_version < "4") and extra == "cli"`. */
function underExtra(requirement: string, extra: string): string {
  const condition = `extra == "${extra}"`;
  // A URL may hold `;`, so PEP 508 wants white space before the marker there.
  const split = requirement.includes("@") ? requirement.search(/\s;/) : requirement.indexOf(";");
  if (split === -1) return `${requirement} ; ${condition}`;
  const marker = requirement.slice(requirement.indexOf(";", split) + 1).trim();
  return `${requirement.slice(0, split).trim()} ; (${marker}) and ${condition}`;
}

/** `entry_points.txt`; `null` where there is nothing to say. */
export function entryPoints(scripts: Readonly<Record<string, string>>, keyringModule: string | null): string | null {
  const groups: string[] = [];
  const names = Object.entries(scripts);
  if (names.length > 0) groups.push(["[console_scripts]", ...names.map(([name, target]) => `${name} = ${target}`)].join("\n"));
  if (keyringModule !== null) groups.push(`[keyring.backends]\nuv-mre = ${keyringModule}`);
  return groups.length === 0 ? null : `${groups.join("\n\n")}\n`;
}

/** What a reader of METADATA needs: the headers above the first empty line. */
export function requiresPythonOf(metadata: string): string | null {
  const headers = metadata.split(/\r?\n\r?\n/, 1)[0] ?? "";
  return /^Requires-Python:\s*(?<value>.+?)\s*$/im.exec(headers)?.groups?.["value"] ?? null;
}
