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
  /** User names who see it; `null`: everyone who may read the index. */
  readonly visibleTo: readonly string[] | null;
  /** In memory (generated packages) or on disk (the wheelhouse). */
  readonly content: { readonly kind: "bytes"; readonly bytes: Uint8Array } | { readonly kind: "file"; readonly path: string };
}
