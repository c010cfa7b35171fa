import type { Flavour, Index, KeyringAnswer, User } from "./model.ts";

/** What the keyring plugin reads of one answer. */
export interface PluginAnswer {
  /** `null`: every plugin knows it. */
  readonly index: string | null;
  readonly service: string;
  /** How a service that is asked for is held against it, see `KeyringAnswer`. */
  readonly match: KeyringAnswer["match"];
  readonly user: string | null;
  readonly gives: string;
  readonly needsUser: boolean;
  readonly password: string;
}

/** Google's and Amazon's plugins do not look at the user name; Microsoft's does. */
const ANY_USER: ReadonlySet<Flavour> = new Set(["google-artifact-registry", "codeartifact"]);

/** What a plugin knows of an index's user, but for the password: any URL on its host, as those of Microsoft, Google and Amazon. */
export function derivedAnswer(index: Pick<Index, "name" | "flavour">, user: User, url: string): Omit<PluginAnswer, "password"> {
  const login = user.login ?? user.name;
  return {
    index: index.name,
    service: url,
    match: "host",
    user: ANY_USER.has(index.flavour) ? null : login,
    gives: login,
    needsUser: false,
  };
}
