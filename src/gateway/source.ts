import type { Distribution } from "../scenario/distribution.ts";

/** Where an index's files come from; `upstream` is a real server behind us, which decides on credentials itself. */
export type Source = { readonly kind: "files"; list(): readonly Distribution[] } | { readonly kind: "upstream"; readonly url: string };
