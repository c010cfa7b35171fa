import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";

import { readKept, writeKept } from "../disk/kept-json.ts";
import type { Distribution } from "../scenario/distribution.ts";

/**
 * Files by content at `wheelhouse/SHA256/FILENAME`, and what a resolution came to at `resolutions/KEY.json`.
 * Both appear by one rename, so nothing is ever half there and no lock is needed: whoever comes second puts the same
 * bytes in the same place.
 */
export interface Store {
  /** Moves a file in, under its hash. */
  adopt(file: string, sha256: string, filename: string): Promise<string>;
  /** `null` if there is none; the names of its files that are gone, or not what their hash says, if there are such. */
  readResolution(key: string): Promise<Resolution | { readonly damaged: readonly string[] } | null>;
  writeResolution(key: string, resolution: Resolution): Promise<void>;
}

export interface Resolution {
  readonly distributions: readonly Distribution[];
  /** `name==version` for which nothing could be fetched that any platform installs. */
  readonly missing: readonly string[];
}

/** Raised when what is stored changes its shape: older entries are then as good as absent. */
const SHAPE = 2;

/** Where a file lies follows from its hash. */
type Stored = Omit<Distribution, "content"> & { readonly content?: undefined };

interface StoredResolution {
  readonly shape: number;
  readonly distributions: readonly Stored[];
  readonly missing: readonly string[];
}

export function openStore(cacheDir: string): Store {
  const wheelhouse = join(cacheDir, "wheelhouse");
  const placeOf = (sha256: string, filename: string): string => join(wheelhouse, sha256, filename);
  const resolutionFile = (key: string): string => join(cacheDir, "resolutions", `${key}.json`);
  return {
    adopt: async (file, sha256, filename) => {
      const place = placeOf(sha256, filename);
      await mkdir(join(wheelhouse, sha256), { recursive: true });
      await rename(file, place);
      return place;
    },
    readResolution: async (key) => {
      const stored = (await readKept(resolutionFile(key))) as StoredResolution | null;
      if (stored?.shape !== SHAPE) return null;
      const distributions = stored.distributions.map((each): Distribution => {
        return { ...each, content: { kind: "file", path: placeOf(each.sha256, each.filename) } };
      });
      const damaged = distributions.filter(({ filename, sha256 }) => !isWhole(placeOf(sha256, filename), sha256));
      return damaged.length > 0 ? { damaged: damaged.map(({ filename }) => filename) } : { distributions, missing: stored.missing };
    },
    writeResolution: async (key, { distributions, missing }) => {
      const withoutContent = distributions.map((each): Stored => ({ ...each, content: undefined }));
      await writeKept(resolutionFile(key), { shape: SHAPE, distributions: withoutContent, missing } satisfies StoredResolution);
    },
  };
}

/** Synchronous: a few dozen files take 20 ms so, and several times that by way of the thread pool. */
function isWhole(file: string, sha256: string): boolean {
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex") === sha256;
  } catch {
    return false;
  }
}

/** SHA-256 of the parts, told apart. */
export function keyOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
