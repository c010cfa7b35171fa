import type { Distribution } from "../scenario/distribution.ts";

/**
 * Where an index's files come from. `upstream` is a real server behind us, which decides on credentials itself;
 * its `url` (without a final `/`) is put before the path that a client asks for.
 */
export type Source =
  | { readonly kind: "files"; list(): readonly Distribution[] }
  /** `list`: what it was given, so that a file's URL can be told. */
  | { readonly kind: "upstream"; readonly url: string; list?(): readonly Distribution[] };
