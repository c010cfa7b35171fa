import { createHash } from "node:crypto";

import type { Distribution } from "../scenario/distribution.ts";
import type { GeneratedPackage } from "../scenario/model.ts";
import { normaliseProject } from "../scenario/requirement.ts";
import { packageContents, type PackagePrograms } from "./contents.ts";
import { sdistBytes } from "./sdist.ts";
import { WHEEL_TAG, wheelBytes } from "./wheel.ts";

/**
 * Builds a generated package in memory, one distribution a format, in the order of `pkg.formats`. The bytes depend
 * on the arguments alone: not on the time, the time zone or the machine.
 *
 * @param programs the Python programs that packages carry.
 */
export async function buildPackage(pkg: GeneratedPackage, programs: PackagePrograms): Promise<Distribution[]> {
  const contents = packageContents(pkg, programs);
  return await Promise.all(
    filesOf(pkg, contents.stem).map(async ({ filename, tag }) => {
      const bytes = tag === null ? await sdistBytes(pkg, contents, programs.buildBackend) : await wheelBytes(contents, tag);
      return distributionOf(pkg, contents.metadata, { filename, isWheel: tag !== null, bytes });
    }),
  );
}

/** The names of a package's files; `tag` is `null` for an sdist. */
export function filesOf(
  { formats, listing }: Pick<GeneratedPackage, "formats" | "listing">,
  stem: string,
): { filename: string; tag: string | null }[] {
  if (listing?.filenames !== undefined && formats.length > 0) {
    return listing.filenames.map((filename) => ({
      filename,
      tag: filename.endsWith(".whl") ? (/-([^-]+-[^-]+-[^-]+)\.whl$/.exec(filename)?.[1] ?? WHEEL_TAG) : null,
    }));
  }
  return formats.flatMap((format): { filename: string; tag: string | null }[] =>
    format === "wheel"
      ? (listing?.tags ?? [WHEEL_TAG]).map((tag) => ({ filename: `${stem}-${tag}.whl`, tag }))
      : [{ filename: `${stem}.tar.gz`, tag: null }],
  );
}

/** A file of a package, and what an index's pages say of it. */
export function distributionOf(
  {
    name,
    version,
    requiresPython,
    yanked,
    visibleTo,
    listing,
  }: Pick<GeneratedPackage, "name" | "version" | "requiresPython" | "yanked" | "visibleTo" | "listing">,
  metadata: string,
  { filename, isWheel, bytes }: { readonly filename: string; readonly isWheel: boolean; readonly bytes: Uint8Array },
): Distribution {
  const hash = (content: Uint8Array | string, algorithm = "sha256"): string => createHash(algorithm).update(content).digest("hex");
  // Well-formed, and nobody's.
  const told = listing?.wrongHash === true ? "another file" : bytes;
  const hashes = listing?.hashes ?? (listing?.wrongHash === true ? ["sha256"] : undefined);
  return {
    project: normaliseProject(name),
    version,
    filename,
    sha256: hash(bytes),
    size: bytes.length,
    requiresPython,
    yanked,
    metadata: isWheel ? { sha256: hash(metadata), text: metadata } : null,
    ...(hashes === undefined ? {} : { hashes: Object.fromEntries(hashes.map((algorithm) => [algorithm, hash(told, algorithm)])) }),
    ...(listing?.uploadTime === undefined ? {} : { uploadTime: listing.uploadTime }),
    ...(listing?.filesAt === undefined ? {} : { filesAt: listing.filesAt }),
    visibleTo,
    content: { kind: "bytes", bytes },
  };
}
