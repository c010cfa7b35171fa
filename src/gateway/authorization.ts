/** What an `Authorization` header says, before anyone asks whether it is right. */
export type Presented =
  | { readonly kind: "none" }
  | { readonly kind: "basic"; readonly user: string; readonly password: string }
  | { readonly kind: "bearer"; readonly token: string }
  /** Another scheme, or Basic that can't be read. */
  | { readonly kind: "other" };

/** Reads any header value; never throws. Node's base64 decoder skips what is not base64, as most servers do. */
export function parseAuthorization(header: string | undefined): Presented {
  if (header === undefined || header === "") return { kind: "none" };
  const match = /^(\S+)\s+(.*)$/s.exec(header.trim());
  if (match === null) return { kind: "other" };
  const [, scheme = "", rest = ""] = match;
  switch (scheme.toLowerCase()) {
    case "bearer":
      return { kind: "bearer", token: rest };
    case "basic": {
      const text = Buffer.from(rest, "base64").toString("utf8");
      const colon = text.indexOf(":");
      return colon < 0 ? { kind: "other" } : { kind: "basic", user: text.slice(0, colon), password: text.slice(colon + 1) };
    }
    default:
      return { kind: "other" };
  }
}
