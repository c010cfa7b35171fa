import path from "node:path";
import { UserError } from "../scenario/error.ts";
import { complaintOf } from "../tool/complaint.ts";
import { wantsOffline } from "../tool/environment.ts";
import { compare, isVersion } from "../scenario/version.ts";
import type { UvContext } from "./context.ts";
import { pipOf } from "./pip.ts";
import { openStaging } from "../disk/staging.ts";
import { readKept, writeKept } from "../disk/kept-json.ts";

export interface ReleaseList {
  /** Oldest first; without pre-releases and yanked releases. */
  readonly versions: readonly string[];
  /** When it was fetched: milliseconds since the epoch. */
  readonly fetchedAt: number;
  /** For people: why the list is older than it should be; `null` if it is not. */
  readonly notice: string | null;
}

const FRESH_MS = 3_600_000;

/**
 * All releases of uv that the user's package index offers to the chosen Python on this platform, by pip. Kept in
 * the cache for an hour; `refresh` asks anew. Without network the old list is returned with a notice; without one,
 * `UserError`.
 */
export async function listReleases(context: UvContext, options: { readonly refresh?: boolean } = {}): Promise<ReleaseList> {
  const file = path.join(context.cacheDir, "uv-releases.json");
  const known = await read(file);
  const age = known === null ? Infinity : Date.now() - known.fetchedAt;
  if (known !== null && options.refresh !== true && age >= 0 && age < FRESH_MS) return { ...known, notice: null };
  const answer = await fetchVersions(context);
  if (Array.isArray(answer)) {
    const list = { versions: answer, fetchedAt: Date.now() };
    await writeKept(file, list);
    return { ...list, notice: null };
  }
  if (known === null)
    throw new UserError(
      `the list of uv's releases could not be fetched: ${answer}\nAn exact release that is installed, or a path to a binary, needs no list.`,
    );
  const date = new Date(known.fetchedAt).toISOString().slice(0, 16).replace("T", " ");
  return { ...known, notice: `uv's releases as of ${date} UTC; the list could not be fetched anew: ${answer}` };
}

/** The list as it is kept, however old; `null` if there is none. Asks nobody. */
export async function knownReleases(context: Pick<UvContext, "cacheDir">): Promise<readonly string[] | null> {
  return (await read(path.join(context.cacheDir, "uv-releases.json")))?.versions ?? null;
}

/** The versions, or why there are none. */
async function fetchVersions(context: UvContext): Promise<string[] | string> {
  if (wantsOffline(context.env)) return "UV_OFFLINE is set";
  await using staging = await openStaging(context);
  const result = await pipOf(context)(staging.path, ["index", "versions", "uv"]);
  if (typeof result === "string") return result;
  const listed = /^Available versions: (.*)$/m.exec(result.stdout)?.[1];
  if (result.exit !== 0 || listed === undefined) return complaintOf(result);
  return [...new Set(listed.split(/,\s*/))].filter(isVersion).sort(compare);
}

async function read(file: string): Promise<{ versions: string[]; fetchedAt: number } | null> {
  const { versions, fetchedAt } = ((await readKept(file)) ?? {}) as Partial<ReleaseList>;
  const isList = Array.isArray(versions) && versions.length > 0 && versions.every((version) => isVersion(version));
  return isList && typeof fetchedAt === "number" ? { versions, fetchedAt } : null;
}
