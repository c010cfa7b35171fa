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
  /** Whether the user name counts where a password alone is asked for, and not where a credential is. */
  readonly anyCredential: boolean;
  readonly password: string;
}

/** Google's and Amazon's plugins look at no user name, and always give this one; Microsoft's compares it with the token's. */
const GIVEN: Partial<Record<Flavour, string>> = { "google-artifact-registry": "oauth2accesstoken", codeartifact: "aws" };

/**
 * What a plugin knows of an index's user, but for the password: any URL on its host, as those of Microsoft, Google and
 * Amazon. `null`: nothing, since Microsoft's gives no credentials for a feed that answers without.
 */
export function derivedAnswer(
  index: Pick<Index, "name" | "flavour" | "public">,
  user: User,
  url: string,
): Omit<PluginAnswer, "password"> | null {
  if (index.flavour === "azure-devops" && index.public) return null;
  const login = user.login ?? user.name;
  const given = GIVEN[index.flavour];
  return {
    index: index.name,
    service: url,
    match: "host",
    user: given === undefined ? login : null,
    gives: given ?? login,
    needsUser: false,
    anyCredential: true,
  };
}
