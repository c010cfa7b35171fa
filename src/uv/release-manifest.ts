import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { folderBytes } from "../disk/folder-bytes.ts";
import { compare, isVersion } from "../scenario/version.ts";
import { type Release, sha256Of } from "./binary.ts";

/** What was verified when a release was fetched: `release.json` in its folder. All of it is checked again by `isWhole`. */
interface Manifest {
  readonly version: string;
  /** Relative to the folder. */
  readonly binary: string;
  /** Of the binary, to notice at once one that was cut short. */
  readonly size: number;
  readonly sha256: string;
  /** Other programs that a step may call, relative to the folder, each with its sha256. */
  readonly others?: Readonly<Record<string, string>>;
  /** Of the whole folder. */
  readonly bytes: number;
}

/** A release as its folder describes it. */
export interface KeptRelease extends Release {
  readonly bytes: number;
  /** Paths with the sha256 that each must have, the binary's included. */
  readonly programs: ReadonlyMap<string, string>;
}

export const MANIFEST = "release.json";

/** The uv in a `--target` folder; `Scripts` is where it may be on Windows. `null` if there is none. */
export function findBinary(folder: string): Promise<string | null> {
  return findProgram(folder, "uv");
}

async function findProgram(folder: string, name: string): Promise<string | null> {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  for (const program of [path.join("bin", file), path.join("Scripts", file)]) {
    if (await stat(path.join(folder, program)).catch(() => null)) return program;
  }
  return null;
}

export async function writeManifest(folder: string, fields: Omit<Manifest, "bytes" | "size" | "others">): Promise<void> {
  const { size } = await stat(path.join(folder, fields.binary));
  const uvx = await findProgram(folder, "uvx");
  const others = uvx === null ? {} : { [uvx]: await sha256Of(path.join(folder, uvx)) };
  const manifest: Manifest = { ...fields, size, others, bytes: await folderBytes(folder) };
  await writeFile(path.join(folder, MANIFEST), JSON.stringify(manifest));
}

/** What is installed in a folder that bears its version; `null` where nothing is, or what was cut short. */
export async function readRelease(folder: string): Promise<KeptRelease | null> {
  try {
    const manifest: Partial<Manifest> | null = JSON.parse(await readFile(path.join(folder, MANIFEST), "utf8"));
    const { version, binary, size, sha256, others = {}, bytes } = manifest ?? {};
    if (typeof version !== "string" || !isVersion(version) || compare(version, path.basename(folder)) !== 0) return null;
    if (typeof binary !== "string" || typeof sha256 !== "string" || typeof bytes !== "number" || !(bytes >= 0)) return null;
    const file = path.join(folder, binary);
    if ((await stat(file)).size !== size) return null;
    const programs = new Map([[file, sha256], ...Object.entries(others).map(([name, hash]) => [path.join(folder, name), hash] as const)]);
    return { version, file, sha256, spec: "release", bytes, programs };
  } catch {
    return null;
  }
}

/** Whether its programs are, byte for byte, those that were verified. Reads them all: some 60 ms. */
export async function isWhole({ programs }: KeptRelease): Promise<boolean> {
  for (const [file, sha256] of programs) {
    if ((await sha256Of(file).catch(() => null)) !== sha256) return false;
  }
  return true;
}

export interface Verifier {
  /** As `isWhole`, but each release is read only once as long as nothing touches its binary. */
  isWhole(release: KeptRelease): Promise<boolean>;
  /** It was read just now, as it was fetched. */
  noteWhole(release: KeptRelease): Promise<void>;
}

export function createVerifier(): Verifier {
  const verified = new Map<string, string>();
  return {
    async isWhole(release) {
      const stamp = await stampOf(release.file).catch(() => null);
      if (stamp === null) return false;
      if (verified.get(release.file) === stamp) return true;
      if (!(await isWhole(release))) return false;
      verified.set(release.file, stamp);
      return true;
    },
    async noteWhole({ file }) {
      // Another process may have removed it since.
      const stamp = await stampOf(file).catch(() => null);
      if (stamp !== null) verified.set(file, stamp);
    },
  };
}

/** What changes whenever a file's bytes do; the time of the last change of its inode cannot be set. */
export async function stampOf(file: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}
