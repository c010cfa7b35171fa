import { labelOf, type Secret } from "../observation/secret.ts";
import type { Authorization, UserState } from "../scenario/model.ts";
import type { Presented } from "./authorization.ts";

/**
 * How an index sees who asks: nobody; credentials that it does not know (a user with an empty password is one);
 * an account whose token has run out or was taken back; or an account in one of the states that may sign in.
 */
export type AuthState = "anonymous" | "unknown" | "expired" | "revoked" | "good" | "guest" | "no-access";

export interface Caller {
  readonly authState: AuthState;
  /** The user of this index whose secret was sent; `null` if none. */
  readonly account: string | null;
  /** The user name that was sent. */
  readonly user: string | null;
  readonly authorization: Authorization;
  /** For the journal: `private.USER`, `private.USER (stale)`, or `null`. */
  readonly secret: string | null;
}

export const ANONYMOUS: Caller = {
  authState: "anonymous",
  account: null,
  user: null,
  authorization: "none",
  secret: null,
};

export interface Identifier {
  readonly index: string;
  /** State of a user of this index now. */
  stateOf(user: string): UserState | null;
  /** State of the holder of another index's secret, where the registry is the same and knows all of them; `null`: it does not. */
  stateElsewhere(secret: Secret): UserState | null;
  /** Whether this flavour takes `sent` as the name beside the secret of `user`. */
  accepts(sent: string, user: string): boolean;
  /** Where the secret of `user` stands. */
  secretPlace(user: string): "password" | "user" | "either";
  /** Whether this flavour reads bearer tokens. */
  readonly bearer: boolean;
}

/** Secrets by value, to be looked up per request; several indexes of one server may have the same. */
export type SecretTable = ReadonlyMap<string, readonly Secret[]>;

export function secretTable(secrets: readonly Secret[]): SecretTable {
  return Map.groupBy(secrets, ({ value }) => value);
}

/** The secret of a value, as the index itself has it, if it has. */
function secretOf(secrets: SecretTable, value: string, index: string): Secret | undefined {
  const known = secrets.get(value);
  return known?.find((secret) => secret.index === index) ?? known?.[0];
}

/** Sets what was presented against the run's secrets, as one index sees it. */
export function identify(presented: Presented, secrets: SecretTable, at: Identifier): Caller {
  switch (presented.kind) {
    case "none":
      return ANONYMOUS;
    case "other":
      return { authState: "unknown", account: null, user: null, authorization: "unknown", secret: null };
    case "bearer": {
      const known = secretOf(secrets, presented.token, at.index);
      const holder = at.bearer && known?.index === at.index ? known : null;
      return {
        authState: holder === null ? "unknown" : authStateOf(holder, at),
        account: holder?.user ?? null,
        user: null,
        authorization: "bearer",
        secret: nameOf(known),
      };
    }
    case "basic": {
      const { user, password } = presented;
      if (password === "") {
        const inUser = secretOf(secrets, user, at.index);
        const inName = nameOf(inUser);
        if (inUser?.index === at.index && at.secretPlace(inUser.user) !== "password") {
          const authState = authStateOf(inUser, at);
          return { authState, account: inUser.user, user, authorization: wordFor(authState), secret: inName };
        }
        return { authState: "unknown", account: null, user, authorization: "user-only", secret: inName };
      }
      const known = secretOf(secrets, password, at.index);
      const holder = known?.index === at.index && at.accepts(user, known.user) && at.secretPlace(known.user) !== "user" ? known : null;
      const authState = holder === null ? authStateElsewhere(known, user, at) : authStateOf(holder, at);
      const authorization = holder === null && authState === "no-access" ? "unknown" : wordFor(authState);
      return { authState, account: holder?.user ?? null, user, authorization, secret: nameOf(known) };
    }
  }
}

/** Someone whom the registry knows from another of its indexes may sign in, and has no access here. */
function authStateElsewhere(secret: Secret | undefined, sent: string, at: Identifier): AuthState {
  if (secret === undefined || secret.index === at.index || !at.accepts(sent, secret.user)) return "unknown";
  const state = at.stateElsewhere(secret);
  if (state === null) return "unknown";
  if (secret.kind === "stale") return "revoked";
  return state === "expired" || state === "revoked" ? state : "no-access";
}

function authStateOf(secret: Secret, at: Identifier): AuthState {
  const state = at.stateOf(secret.user);
  if (state === null) return "unknown";
  // A stale secret was replaced by a newer one: its holder is fine, it is not.
  return secret.kind === "stale" ? "revoked" : state;
}

function wordFor(authState: AuthState): Authorization {
  if (authState === "unknown" || authState === "anonymous") return "unknown";
  return authState === "expired" || authState === "revoked" ? "stale" : "good";
}

function nameOf(secret: Secret | undefined): string | null {
  return secret === undefined ? null : labelOf(secret);
}
