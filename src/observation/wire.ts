/** One answer of a real registry to uv, as it stood on the wire. It may hold names of the original; secrets are left out. */
export interface WireAnswer {
  /** Without credentials. */
  readonly url: string;
  readonly method: string;
  /** Whether the request carried `Authorization`. */
  readonly authorized: boolean;
  readonly status: number;
  /** `www-authenticate`, as it came. */
  readonly challenge: string | null;
  /** Without parameters, in lower case. */
  readonly type: string | null;
  /** What uv and the registry spoke. */
  readonly http: "1.1" | "2";
  /** The text of an index page that was served whole; `null` for all else. */
  readonly page: string | null;
}
