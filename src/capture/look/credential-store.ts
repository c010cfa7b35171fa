import { parse } from "smol-toml";
import { isTable } from "../../scenario/schema/value.ts";
import type { Place, StoredLogin } from "../model.ts";
import type { NameSecret } from "../secret-book.ts";

/** The logins of uv's own store (`credentials.toml`), in its order: uv takes the first that fits. Throws where it is no TOML. */
export function readCredentialStore(text: string, place: Place, nameSecret: NameSecret): StoredLogin[] {
  const { credential } = parse(text) as { credential?: unknown };
  const entries = Array.isArray(credential) ? (credential as unknown[]).filter(isTable) : [];
  return entries.map((entry) => {
    const secret = entry["password"] ?? entry["token"];
    return {
      kind: "store",
      place,
      service: typeof entry["service"] === "string" ? entry["service"] : "",
      user: typeof entry["username"] === "string" ? entry["username"] : null,
      secret: typeof secret === "string" ? nameSecret(secret) : null,
    };
  });
}
