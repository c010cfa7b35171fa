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
    pkg.formats.map(async (format) => {
      const bytes = format === "wheel" ? await wheelBytes(contents) : await sdistBytes(pkg, contents, programs.buildBackend);
      return {
        project: normaliseProject(pkg.name),
        version: pkg.version,
        filename: format === "wheel" ? `${contents.stem}-${WHEEL_TAG}.whl` : `${contents.stem}.tar.gz`,
        sha256: createHash("sha256").update(bytes).digest("hex"),
        size: bytes.length,
        requiresPython: pkg.requiresPython,
        yanked: pkg.yanked,
        metadata:
          format === "wheel" ? { sha256: createHash("sha256").update(contents.metadata).digest("hex"), text: contents.metadata } : null,
        visibleTo: pkg.visibleTo,
        content: { kind: "bytes", bytes },
      } satisfies Distribution;
    }),
  );
}
