import { buffer } from "node:stream/consumers";

import type { GeneratedPackage } from "../scenario/model.ts";
import type { PackageContents } from "./contents.ts";
import { normalisedVersion } from "./naming.ts";
import { WHEEL_FILE, WHEEL_TAG } from "./wheel.ts";

/** Where the sdist keeps what lands in site-packages, and its build backend. */
const SOURCE_FOLDER = "src";
const BACKEND_FOLDER = "_build";
const BACKEND_MODULE = "in_tree_backend";

const DATE = new Date(Date.UTC(2020, 0, 1, 12));

/** The sdist's bytes (`.tar.gz`, PEP 625): equal for equal contents, on every machine. */
export async function sdistBytes(pkg: GeneratedPackage, contents: PackageContents, buildBackend: string): Promise<Uint8Array> {
  const files = await sourceFiles(pkg, contents, buildBackend);
  const archive = await tar(files.map(([path, text]) => [`${contents.stem}/${path}`, text]));
  // fflate and not node:zlib, whose output differs with the processor's instruction set.
  const { gzipSync } = await import("fflate");
  return gzipSync(archive, { mtime: 0, level: 6 });
}

/** A package's source: path → text. */
export async function sourceFiles(
  pkg: GeneratedPackage,
  contents: PackageContents,
  buildBackend: string,
): Promise<(readonly [path: string, text: string])[]> {
  const files: (readonly [string, string])[] = [
    ["PKG-INFO", contents.metadata],
    ["pyproject.toml", await pyproject(pkg)],
    [`${BACKEND_FOLDER}/${BACKEND_MODULE}.py`, buildBackend],
    [`${BACKEND_FOLDER}/${BACKEND_MODULE}.json`, JSON.stringify({ stem: contents.stem, tag: WHEEL_TAG, wheel: WHEEL_FILE })],
    ...contents.files.map(([path, text]) => [`${SOURCE_FOLDER}/${path}`, text] as const),
  ];
  if (contents.entryPoints !== null) files.push([`${BACKEND_FOLDER}/entry_points.txt`, contents.entryPoints]);
  return files;
}

/** Static metadata, so that uv need not build to resolve; a backend that asks no index for anything. */
async function pyproject(pkg: GeneratedPackage): Promise<string> {
  const { stringify } = await import("smol-toml");
  return stringify({
    "build-system": { requires: [], "build-backend": BACKEND_MODULE, "backend-path": [BACKEND_FOLDER] },
    project: {
      name: pkg.name,
      version: normalisedVersion(pkg.version),
      ...(pkg.requiresPython === null ? {} : { "requires-python": pkg.requiresPython }),
      dependencies: pkg.requires,
      "optional-dependencies": pkg.extras,
      ...(pkg.keyringPlugin === null ? { scripts: pkg.scripts } : { dynamic: ["entry-points", "scripts"] }),
    },
  });
}

async function tar(files: readonly (readonly [string, string])[]): Promise<Buffer> {
  const { pack } = await import("tar-stream");
  const archive = pack();
  for (const [name, text] of files) archive.entry({ name, mtime: DATE, mode: 0o644, uid: 0, gid: 0 }, text);
  archive.finalize();
  return await buffer(archive);
}
