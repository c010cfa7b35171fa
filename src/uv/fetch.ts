import { rm, statfs } from "node:fs/promises";
import path from "node:path";
import type { ProcessResult } from "../observation/process.ts";
import { UserError } from "../scenario/error.ts";
import { callTool } from "../tool/call.ts";
import { complaintOf } from "../tool/complaint.ts";
import { wantsOffline } from "../tool/environment.ts";
import { compare } from "../scenario/version.ts";
import { askVersion, sha256Of, type UvBinary } from "./binary.ts";
import type { UvContext } from "./context.ts";
import type { DownloadCache } from "./download-cache.ts";
import { pipOf } from "./pip.ts";
import { moveIntoPlace, releasesFolder } from "./release-folder.ts";
import { knownReleases } from "./release-list.ts";
import { findBinary, type KeptRelease, readRelease, writeManifest } from "./release-manifest.ts";
import { unknownRelease } from "./select.ts";
import { openStaging } from "../disk/staging.ts";

/** What the fetches of one process share. */
export interface Downloads {
  readonly cache: DownloadCache;
  /** `null` where none is at hand. */
  uv(): Promise<UvBinary | null>;
  /** What the cache has of this release cannot be used. */
  readonly isDamaged: boolean;
}

/**
 * Fetches a release of uv from the user's package index into the cache: by a uv that is at hand (a second), else
 * by pip (four). `null` stands for the newest. It is run once before it is moved into place. Throws `UserError` that
 * names the release where it cannot be had or does not run here.
 */
export async function fetchRelease(context: UvContext, version: string | null, downloads: Downloads): Promise<KeptRelease> {
  await using staging = await openStaging(context);
  const target = path.join(staging.path, "release");
  await download(context, version, { folder: staging.path, target, downloads });
  const verified = await verify(context, target, version);
  await writeManifest(target, verified);
  const place = path.join(releasesFolder(context.cacheDir), verified.version);
  await moveIntoPlace(target, place, path.join(staging.path, "spare"));
  const release = await readRelease(place);
  if (release === null) throw new Error(`uv ${verified.version} was moved to ${place} and is not there`);
  return release;
}

interface Place {
  /** For the call's own files. */
  readonly folder: string;
  readonly target: string;
  readonly downloads: Downloads;
}

async function download(context: UvContext, version: string | null, place: Place): Promise<void> {
  const requirement = version === null ? "uv" : `uv==${version}`;
  const failures: string[] = [];
  const ways = [() => byUv(context, requirement, place), () => byPip(context, requirement, place)];
  for (const way of ways) {
    const outcome = await way();
    if (outcome === null) continue;
    if (outcome.result.exit === 0) return;
    failures.push(`${outcome.by}: ${complaintOf(outcome.result)}`);
    await rm(place.target, { recursive: true, force: true });
  }
  throw new UserError(await explain(context, version, { failures, isDamaged: place.downloads.isDamaged }));
}

interface Outcome {
  readonly by: string;
  readonly result: ProcessResult;
}

async function byUv(context: UvContext, requirement: string, { folder, target, downloads }: Place): Promise<Outcome | null> {
  const uv = await downloads.uv();
  if (uv === null) return null;
  const python = await context.python();
  const flags = ["--quiet", "--no-deps", "--only-binary", "uv", "--python", python.file, "--target", target];
  const command = [uv.file, "pip", "install", ...flags, requirement] as const;
  const result = await downloads.cache.use((shared) => callTool(context, folder, command, { UV_CACHE_DIR: shared }));
  return { by: `uv ${uv.version}`, result };
}

async function byPip(context: UvContext, requirement: string, { folder, target }: Place): Promise<Outcome | null> {
  if (wantsOffline(context.env)) return null;
  const flags = ["--quiet", "--no-deps", "--no-compile", "--only-binary", "uv", "--target", target];
  const result = await pipOf(context)(folder, ["install", ...flags, requirement], { PIP_NO_CACHE_DIR: "1" });
  return typeof result === "string" ? null : { by: "pip", result };
}

interface Failed {
  readonly failures: readonly string[];
  readonly isDamaged: boolean;
}

async function explain(context: UvContext, version: string | null, { failures, isDamaged }: Failed): Promise<string> {
  const known = await knownReleases(context);
  if (version !== null && known !== null && /^\d+(\.\d+)*$/.test(version) && !known.some((other) => compare(other, version) === 0)) {
    return unknownRelease(version, known);
  }
  const state = isDamaged ? "is damaged in the cache" : "is not in the cache";
  const name = version === null ? "no uv is on PATH, and one" : `uv ${version} ${state} and`;
  if (failures.length === 0) {
    const why = wantsOffline(context.env) ? "UV_OFFLINE is set" : "the chosen Python has no pip; install pip (Debian: python3-pip) or uv";
    return `${name} could not be fetched: ${why}`;
  }
  return `${name} could not be fetched\n${[...failures, ...(await spaceWords(context.cacheDir))].join("\n")}`;
}

/** What a release takes, unpacked and while it is. */
const NEEDED_BYTES = 150_000_000;

/** What uv and pip cannot say on a disk that has no room for their words either. */
async function spaceWords(cacheDir: string): Promise<string[]> {
  const { bavail, bsize } = await statfs(cacheDir);
  const free = bavail * bsize;
  if (free >= NEEDED_BYTES) return [];
  return [
    `the disk of the cache (${cacheDir}) has ${Math.floor(free / 1_000_000)} MB left: make room, or name another by UV_MRE_CACHE_DIR`,
  ];
}

/** Runs what was fetched: a wheel for another machine, or a broken one, must not get into the cache. */
async function verify(
  context: UvContext,
  target: string,
  version: string | null,
): Promise<{ version: string; binary: string; sha256: string }> {
  const name = version === null ? "uv" : `uv ${version}`;
  const binary = await findBinary(target);
  if (binary === null) throw new UserError(`${name} was fetched, but holds no uv binary`);
  const file = path.join(target, binary);
  const [answer, sha256] = await Promise.all([askVersion(context, file), sha256Of(file)]);
  context.signal?.throwIfAborted();
  if (!("version" in answer)) throw new UserError(`${name} was fetched, but does not run here: ${answer.why}`);
  if (version !== null && compare(answer.version, version) !== 0) {
    throw new UserError(`${name} was fetched, but says that it is uv ${answer.version}`);
  }
  return { version: answer.version, binary, sha256 };
}
