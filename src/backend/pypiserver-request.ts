import type { Secret } from "../observation/secret.ts";
import type { Distribution } from "../scenario/distribution.ts";
import { pypiserverGates } from "../scenario/flavour.ts";
import type { Index, User } from "../scenario/model.ts";
import type { Account } from "./htpasswd.ts";
import { type IndexRequest, mountOf, servedFiles } from "./pypiserver-index.ts";

/** A scenario's index as a pypiserver has to be set up for it. Throws a `UserError` for what pypiserver can't do. */
export function pypiserverRequest(index: Index, distributions: readonly Distribution[], secrets: readonly Secret[]): IndexRequest {
  return {
    mount: mountOf(index),
    files: servedFiles(index.name, distributions),
    accounts: validAccounts(index.name, index.users, secrets),
    // pypiserver has no "anybody may read, but wrong credentials are refused": what is not gated is not looked at.
    gates: pypiserverGates(index),
  };
}

/**
 * Who is in the htpasswd file. Of the states pypiserver knows only whether a password is valid: a guest reads like
 * anybody else, expired, revoked and no access are all a 403.
 */
export function validAccounts(index: string, users: readonly User[], secrets: readonly Secret[]): Account[] {
  const valid = users.filter(({ state }) => state === "good" || state === "guest");
  return valid.map(({ name }) => {
    const secret = secrets.find((each) => each.index === index && each.user === name && each.kind === "good");
    if (secret === undefined) throw new Error(`no secret was minted for ${index}.${name}`);
    return { name, password: secret.value };
  });
}
