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

type Named = Pick<Secret, "name" | "kind">;

/** What records and reports call it: `private.USER`, or `private.USER (stale)`. */
export function labelOf({ name, kind }: Named): string {
  return kind === "good" ? name : `${name} (stale)`;
}

/** What stands in its place in a text: `<secret:NAME>`, or `<stale:NAME>`. */
export function markOf({ name, kind }: Named): string {
  return `<${kind === "good" ? "secret" : "stale"}:${name}>`;
}
