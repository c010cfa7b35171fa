import type { GeneratedPackage } from "../scenario/model.ts";
import { coreMetadata, entryPoints } from "./metadata.ts";
import { nameAndVersion, normalisedVersion, underscored } from "./naming.ts";

/** What both formats of a generated package are made from. */
export interface PackageContents {
  /** `sandbox-1.0`. */
  readonly stem: string;
  /** What lands in site-packages: POSIX path → text, sorted by path. */
  readonly files: readonly (readonly [path: string, text: string])[];
  readonly metadata: string;
  readonly entryPoints: string | null;
}

/** Python programs that packages carry; each reads the JSON document beside it. */
export interface PackagePrograms {
  /** PEP 517 and PEP 660, for sdists. */
  readonly buildBackend: string;
  readonly keyringBackend: string;
}

/**
 * A module named after the package, with `__version__` and whatever its own scripts call; the scenario's files
 * (paths from site-packages, so they may replace the generated ones); a keyring backend, if the package has one.
 */
export function packageContents(pkg: GeneratedPackage, { keyringBackend }: Pick<PackagePrograms, "keyringBackend">): PackageContents {
  const module = underscored(pkg.name);
  const files = new Map([[`${module}/__init__.py`, initModule(pkg, module)]]);
  if (pkg.keyringPlugin !== null) {
    files.set(`${module}/keyring_backend.py`, keyringBackend);
    files.set(`${module}/keyring_backend.json`, keyringBackendData(pkg.keyringPlugin));
  }
  for (const [path, text] of Object.entries(pkg.files)) files.set(path, text);
  return {
    stem: nameAndVersion(pkg.name, pkg.version),
    files: [...files].sort(([a], [b]) => (a < b ? -1 : 1)),
    metadata: coreMetadata(pkg),
    entryPoints: entryPoints(pkg.scripts, pkg.keyringPlugin === null ? null : `${module}.keyring_backend`),
  };
}

/** What a keyring backend reads beside itself: the indexes whose users it knows; `null`: those of `[keyring] tool`. */
export function keyringBackendData(indexes: readonly string[] | null): string {
  return JSON.stringify({ indexes });
}

/** A script that points into the generated module finds a function there that says who it is. */
function initModule(pkg: GeneratedPackage, module: string): string {
  const functions = Object.values(pkg.scripts)
    .map((target) => target.split(":"))
    .filter(([where, name]) => where?.trim() === module && /^\s*[A-Za-z_]\w*\s*$/.test(name ?? ""))
    .map(([, name]) => (name ?? "").trim());
  const lines = [`__version__ = ${JSON.stringify(normalisedVersion(pkg.version))}`];
  for (const name of new Set(functions)) {
    lines.push("", "", `def ${name}():`, `    print(${JSON.stringify(`${pkg.name} ${normalisedVersion(pkg.version)}`)})`);
  }
  return `${lines.join("\n")}\n`;
}
