import { createHash, randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Ownership } from "../observation/process.ts";
import type { Distribution } from "../scenario/distribution.ts";

/**
 * Files by content at `wheelhouse/SHA256/FILENAME`, and what a resolution came to at `resolutions/KEY.json`.
 * Both appear by one rename from a folder of this process, so nothing is ever half there and no lock is needed:
 * whoever comes second puts the same bytes in the same place.
 */
export interface Store {
  /** A folder of this process on the same file system; removed with it, or by a later start if it is killed. */
  openWorkFolder(): Promise<AsyncDisposable & { readonly path: string }>;
  /** Moves a file in, under its hash. */
  adopt(file: string, sha256: string, filename: string): Promise<string>;
  /** `null` if there is none, or if a file of it is gone or has another size. */
  readResolution(key: string): Promise<Resolution | null>;
  writeResolution(key: string, resolution: Resolution, workFolder: string): Promise<void>;
}

export interface Resolution {
  readonly distributions: readonly Distribution[];
  /** `name==version` for which nothing could be fetched that any platform installs. */
  readonly missing: readonly string[];
}

/** Raised when what is stored changes its shape: older entries are then as good as absent. */
const SHAPE = 1;

/** Where a file lies follows from its hash. */
type Stored = Omit<Distribution, "content"> & { readonly content?: undefined };

interface StoredResolution {
  readonly shape: number;
  readonly distributions: readonly Stored[];
  readonly missing: readonly string[];
}

export function openStore(cacheDir: string, ownership: Ownership): Store {
  const wheelhouse = join(cacheDir, "wheelhouse");
  const resolutions = join(cacheDir, "resolutions");
  const placeOf = (sha256: string, filename: string): string => join(wheelhouse, sha256, filename);
  const resolutionFile = (key: string): string => join(resolutions, `${key}.json`);
  return {
    openWorkFolder: async () => {
      await mkdir(wheelhouse, { recursive: true });
      await removeAbandoned(wheelhouse, ownership);
      const path = join(wheelhouse, `partial+${ownership.token}+${randomBytes(4).toString("hex")}`);
      await mkdir(path);
      return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
    },
    adopt: async (file, sha256, filename) => {
      const place = placeOf(sha256, filename);
      await mkdir(join(wheelhouse, sha256), { recursive: true });
      await rename(file, place);
      return place;
    },
    readResolution: async (key) => {
      const text = await readFile(resolutionFile(key), "utf8").catch(() => null);
      if (text === null) return null;
      const stored = resolutionIn(text);
      if (stored === null) return null;
      // Synchronous: a few dozen look-ups take 1 ms so, and four by way of the thread pool.
      const found = stored.distributions.map((each): Distribution | null => {
        const path = placeOf(each.sha256, each.filename);
        return statSync(path, { throwIfNoEntry: false })?.size === each.size ? { ...each, content: { kind: "file", path } } : null;
      });
      const distributions = found.filter((each) => each !== null);
      return distributions.length === found.length ? { distributions, missing: stored.missing } : null;
    },
    writeResolution: async (key, { distributions, missing }, workFolder) => {
      const withoutContent = distributions.map((each): Stored => ({ ...each, content: undefined }));
      const stored: StoredResolution = { shape: SHAPE, distributions: withoutContent, missing };
      const partial = join(workFolder, "resolution.json");
      await writeFile(partial, JSON.stringify(stored));
      await mkdir(resolutions, { recursive: true });
      await rename(partial, resolutionFile(key));
    },
  };
}

/** `null` for what is of another shape, or was cut short: it is then resolved again. */
function resolutionIn(text: string): StoredResolution | null {
  try {
    const stored: Partial<StoredResolution> | null = JSON.parse(text);
    const { shape, distributions, missing } = stored ?? {};
    if (shape !== SHAPE || !Array.isArray(distributions) || !Array.isArray(missing)) return null;
    return { shape, distributions, missing };
  } catch {
    return null;
  }
}

/** SHA-256 of the parts, told apart. */
export function keyOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

async function removeAbandoned(wheelhouse: string, ownership: Ownership): Promise<void> {
  for (const name of await readdir(wheelhouse)) {
    const [kind, token] = name.split("+");
    if (kind !== "partial" || token === undefined) continue;
    if ((await ownership.isAlive(token)) === false) await rm(join(wheelhouse, name), { recursive: true, force: true });
  }
}
