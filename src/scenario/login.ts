import type { Index, User } from "./model.ts";

/** What goes into a URL of a user, or into Basic authentication. */
export interface Login {
  readonly user: string;
  /** `""`: none. */
  readonly password: string;
}

/** A user's name beside the secret; or the secret in the user's place, where it belongs there alone. */
export function loginOf(user: User, secret: string): Login {
  return user.secretPlace === "user" ? { user: secret, password: "" } : { user: user.login ?? user.name, password: secret };
}

/** The text before the `@` of a URL; `write` encodes a part. */
export function userinfoOf({ user, password }: Login, write: (text: string) => string = encodeURIComponent): string {
  return password === "" ? write(user) : `${write(user)}:${write(password)}`;
}

/** A user of an index. */
export interface Holder {
  readonly index: Pick<Index, "url">;
  readonly user: User;
}

/** One server knows a user once, whichever of its indexes is asked. */
export function haveOneSecret(one: Holder, other: Holder): boolean {
  return (
    one.user.name === other.user.name &&
    one.user.ownSecret !== true &&
    other.user.ownSecret !== true &&
    URL.canParse(one.index.url) &&
    URL.canParse(other.index.url) &&
    new URL(one.index.url).hostname === new URL(other.index.url).hostname
  );
}
