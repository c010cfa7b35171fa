import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import { openStaging, sweepStaging } from "../disk/staging.ts";
import { UserError } from "../scenario/error.ts";
import type { Distribution } from "../scenario/distribution.ts";
import { NeedsBuild, refuseFuture, resolveClosure } from "./closure.ts";
import { type Fetched, fetchPins } from "./fetch.ts";
import { requiresPythonOf } from "./metadata.ts";
import { pinName } from "./requirement.ts";
import { keyOf, openStore, type Resolution, type Store } from "./store.ts";
import type { BuildRule, Tools } from "./tools.ts";

export interface ResolveOptions extends Tools, BuildRule {
  /** PEP 508, pinned by `==`. */
  readonly requirements: readonly string[];
  /** ISO date: PyPI as it stood at that day's end, UTC. */
  readonly asOf: string;
}

/**
 * Real packages from PyPI with all that they need, on every platform, as files in the wheelhouse. The first call
 * resolves with uv and downloads with pip; later ones read one JSON file and check each file by its hash.
 *
 * @returns `missing`: `name==version` for which nothing could be fetched that any platform installs.
 * @throws UserError naming the packages: no network and not cached, no such version, a date to come; `NeedsBuild` where
 * `wheelsOnly` leaves something out.
 */
export async function resolveReal(options: ResolveOptions): Promise<Resolution> {
  const requirements = [...new Set(options.requirements.map((each) => each.trim()))].sort();
  if (requirements.length === 0) return { distributions: [], missing: [] };
  const store = openStore(options.cacheDir);
  const minor = options.python.version.split(".").slice(0, 2).join(".");
  const parts = [options.asOf, minor, process.platform, process.arch, ...requirements];
  const known = await store.readResolution(keyOf(parts));
  // One in which everything has a wheel is what wheels alone would have come to.
  if (isResolution(known) && (!options.wheelsOnly || isOfWheels(known))) return known;
  const key = options.wheelsOnly ? keyOf(["wheels only", ...parts]) : keyOf(parts);
  const ofWheels = options.wheelsOnly ? await store.readResolution(key) : null;
  if (isResolution(ofWheels)) return ofWheels;
  try {
    return await resolveAnew(options, store, requirements, key);
  } catch (error) {
    const damaged = [known, ofWheels].flatMap((found) => (found !== null && "damaged" in found ? found.damaged : []));
    if (error instanceof UserError && !(error instanceof NeedsBuild) && damaged.length > 0)
      throw new UserError(`${error.message}\nDamaged in the cache, and so to be fetched again: ${damaged.join(", ")}`);
    throw error;
  }
}

function isResolution(found: Awaited<ReturnType<Store["readResolution"]>>): found is Resolution {
  return found !== null && "distributions" in found;
}

async function resolveAnew(options: ResolveOptions, store: Store, requirements: readonly string[], key: string): Promise<Resolution> {
  refuseFuture(options.asOf);
  await sweepStaging(options);
  await using work = await openStaging(options);
  const { pins, oldestMinor } = await resolveClosure(options, requirements, options.asOf, work.path);
  const { fetched, missing } = await fetchPins(options, pins, oldestMinor, work.path);
  if (options.wheelsOnly && missing.length > 0) throw new NeedsBuild(missing.map(pinName), "");
  const distributions = await Promise.all(fetched.map((each) => adopt(store, each)));
  const resolution = { distributions, missing: missing.map(pinName) };
  await store.writeResolution(key, resolution);
  return resolution;
}

function isOfWheels({ distributions, missing }: Resolution): boolean {
  return missing.length === 0 && distributions.every(({ filename }) => filename.endsWith(".whl"));
}

async function adopt(store: Store, { pin, file, filename }: Fetched): Promise<Distribution> {
  const bytes = await readFile(file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (!pin.hashes.includes(sha256)) throw new Error(`${filename} has the hash ${sha256}, which its index does not list`);
  const text = filename.endsWith(".whl") ? await wheelMetadata(bytes, filename) : null;
  return {
    project: pin.project,
    version: pin.version,
    filename,
    sha256,
    size: bytes.length,
    requiresPython: text === null ? null : requiresPythonOf(text),
    yanked: false,
    metadata: text === null ? null : { sha256: createHash("sha256").update(text).digest("hex"), text },
    visibleTo: null,
    content: { kind: "file", path: await store.adopt(file, sha256, filename) },
  };
}

/** METADATA of a wheel, unpacking nothing else. */
async function wheelMetadata(bytes: Uint8Array, filename: string): Promise<string> {
  const { unzipSync } = await import("fflate");
  const files = Object.values(unzipSync(bytes, { filter: ({ name }) => /^[^/]+\.dist-info\/METADATA$/.test(name) }));
  const [metadata] = files;
  if (metadata === undefined || files.length > 1) throw new Error(`${filename} has no METADATA`);
  // The mark is part of what the hash is over.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(metadata);
}
