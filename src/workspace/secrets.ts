import { randomInt } from "node:crypto";
import type { Secret } from "../observation/secret.ts";
import { sharedKey } from "../scenario/login.ts";
import type { Index, User } from "../scenario/model.ts";
import { shapedSecret } from "../scenario/secret-ending.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH = 32;

/**
 * Fresh secrets for one run: a good and a stale one for every user of every index. The value says what it is
 * (`umre-good-…`), so that one found outside a run is known to be harmless, and is never guessed: 32 random characters.
 */
export function mintSecrets(indexes: readonly Index[]): Secret[] {
  const shared = new Map<string, string>();
  return indexes.flatMap((index) =>
    index.users.flatMap((user) =>
      (["good", "stale"] as const).map((kind) => ({
        name: `${index.name}.${user.name}`,
        index: index.name,
        user: user.name,
        kind,
        value: valueOf(index, user, kind),
      })),
    ),
  );

  function valueOf(index: Index, user: User, kind: Secret["kind"]): string {
    const fresh = shapedSecret(index, user, `umre-${kind}-${randomText()}`);
    const holder = sharedKey({ index, user });
    if (holder === null) return fresh;
    const key = JSON.stringify([kind, holder]);
    const value = shared.get(key) ?? fresh;
    shared.set(key, value);
    return value;
  }
}

function randomText(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}
