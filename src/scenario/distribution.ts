import type { Step } from "./model.ts";

/** A file that an index serves: what `package/` builds or fetches, `backend/` hands out and `gateway/` links to. */
export interface Distribution {
  /** Normalised project name (PEP 503). */
  readonly project: string;
  readonly version: string;
  readonly filename: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly requiresPython: string | null;
  readonly yanked: false | string;
  /** PEP 658: the wheel's METADATA; `null` for an sdist. */
  readonly metadata: { readonly sha256: string; readonly text: string } | null;
  /** What pages tell in place of the sha256, in this order: none where it is empty. */
  readonly hashes?: Readonly<Record<string, string>>;
  /** PEP 700. */
  readonly uploadTime?: string;
  /** Index whose file pages link to. */
  readonly filesAt?: string;
  /** User names who see it; `null`: everyone who may read the index. */
  readonly visibleTo: readonly string[] | null;
  /** In memory (generated packages) or on disk (the wheelhouse). */
  readonly content: { readonly kind: "bytes"; readonly bytes: Uint8Array } | { readonly kind: "file"; readonly path: string };
}

/** What each index hands out: its own files, and those that another's pages link to here. */
export function withFilesLaidAt(byIndex: ReadonlyMap<string, readonly Distribution[]>): Map<string, readonly Distribution[]> {
  const everything = [...byIndex.values()].flat();
  return new Map([...byIndex].map(([index, own]) => [index, [...own, ...laidAt(index, everything)]]));
}

/** Those of some files that lie at an index, as it has them: whoever may read it may have them. */
export function laidAt(index: string, files: readonly Distribution[]): Distribution[] {
  return files.flatMap(({ filesAt, ...file }) => (filesAt === index ? [{ ...file, visibleTo: null }] : []));
}

/** Where `uv publish` looks for what a step uploads, below the project. */
export function distFolder({ cwd }: Pick<Step, "cwd">): string {
  return cwd === "" ? "dist" : `${cwd}/dist`;
}
