import type { Answer } from "./answer.ts";
import type { Distribution } from "../scenario/distribution.ts";

/**
 * Where an index's files come from. `upstream` is a real server behind us, which decides on credentials itself;
 * its `url` (without a final `/`) is put before the path that a client asks for.
 */
export type Source =
  /** A git server: whatever passed the gate is answered by it. */
  | { readonly kind: "git"; serve(request: GitRequest): Promise<Answer>; list?(): readonly Distribution[] }
  | { readonly kind: "files"; list(): readonly Distribution[] }
  /** `list`: what it was given, so that a file's URL can be told. */
  | { readonly kind: "upstream"; readonly url: string; list?(): readonly Distribution[] };

/** A request to a git server, as CGI has it. */
export interface GitRequest {
  readonly method: string;
  /** Below the server's address, without the query: `dep.git/info/refs`. */
  readonly path: string;
  readonly query: string;
  readonly user: string | null;
  header(name: string): string | null;
  body(): Promise<Uint8Array>;
}
