/** A secret of one run: fresh, recognisable, and never stored under its value. */
export interface Secret {
  /** `INDEX.USER`. */
  readonly name: string;
  readonly index: string;
  readonly user: string;
  /** `stale`: well-formed, refused by the index. */
  readonly kind: "good" | "stale";
  readonly value: string;
}
