import { createHmac, randomBytes } from "node:crypto";
import type { NameSecret } from "../../capture/secret-book.ts";

/** Knows secrets by keyed hashes alone: it can name one, and find one in a text, but tell none. */
export interface SecretNames {
  readonly name: NameSecret;
  /** Names of the secrets that stand in a text, plain or percent-encoded. */
  foundIn(text: string): string[];
}

/** Shorter ones are found everywhere by chance. */
const SHORTEST = 6;

export function createSecretNames(): SecretNames {
  const key = randomBytes(32);
  const names = new Map<string, string>();
  const lengths = new Map<number, Set<string>>();
  const digest = (text: string): string => createHmac("sha256", key).update(text).digest("base64");
  const keep = (value: string, name: string): void => {
    const known = digest(value);
    if (!names.has(known)) names.set(known, name);
    if (value.length < SHORTEST) return;
    const fitting = lengths.get(value.length) ?? new Set<string>();
    lengths.set(value.length, fitting.add(known));
  };
  let count = 0;
  return {
    name(value) {
      const known = names.get(digest(value));
      if (known !== undefined) return known;
      const name = `secret-${(count += 1)}`;
      keep(value, name);
      keep(encodeURIComponent(value), name);
      return name;
    },
    foundIn(text) {
      const found = new Set<string>();
      for (const [length, digests] of lengths) {
        for (let at = 0; at + length <= text.length; at += 1) {
          const known = digest(text.slice(at, at + length));
          if (digests.has(known)) found.add(names.get(known) ?? "");
        }
      }
      return [...found];
    },
  };
}
