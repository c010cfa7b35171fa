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

/** What holders of one secret have in common: one server knows a user once, whichever of its indexes is asked. `null`: nobody shares it. */
export function sharedKey({ index, user }: Holder): string | null {
  if (user.ownSecret === true || !URL.canParse(index.url)) return null;
  return JSON.stringify([new URL(index.url).hostname, user.name]);
}

/** Whether two users of indexes, or one of two, have the same secret. */
export function haveOneSecret(one: Holder, other: Holder): boolean {
  const key = sharedKey(one);
  return key !== null && key === sharedKey(other);
}
