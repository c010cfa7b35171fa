import type { Who } from "../../../export/answer-table.ts";

/**
 * What a request carries, as the table tells requests apart. `secret`: a variable's name, `""`, or `*` for any other; `user`: a
 * name, `*`, or `$VARIABLE` for a secret in its place.
 */
export type Credential =
  | { readonly kind: "none" | "other" }
  | { readonly kind: "bearer"; readonly secret: string }
  | { readonly kind: "basic"; readonly user: string; readonly secret: string };

/** A secret that is minted for asking alone, and the variable that holds it in the script. */
export interface NamedSecret {
  readonly variable: string;
  readonly value: string;
}

/** Stands for any user name, and any secret, that nobody knows. */
export const ANY = "*";
const STRANGER = "zq-somebody";
const UNKNOWN_SECRET = "zq-secret-of-nobody";

/** How the table names a user that is a secret. */
export function asUser(variable: string): string {
  return `$${variable}`;
}

/** Nothing, another scheme, each secret as a token, and under each name. */
export function credentials(names: readonly string[], secrets: readonly NamedSecret[]): Credential[] {
  const known = [...secrets.map(({ variable }) => variable), ANY];
  return [
    { kind: "none" },
    { kind: "other" },
    ...known.map((secret): Credential => ({ kind: "bearer", secret })),
    ...[...new Set([...names, "", ANY])].flatMap((user) => ["", ...known].map((secret): Credential => ({ kind: "basic", user, secret }))),
  ];
}

/** What is sent: the words themselves, and the header. */
export function presented(
  credential: Credential,
  secrets: readonly NamedSecret[],
): { readonly user: string; readonly password: string; readonly header: string | null } {
  const valueOf = (secret: string): string =>
    secret === "" ? "" : (secrets.find(({ variable }) => variable === secret)?.value ?? UNKNOWN_SECRET);
  switch (credential.kind) {
    case "none":
      return { user: "", password: "", header: null };
    case "other":
      return { user: "", password: "", header: "Negotiate zq" };
    case "bearer":
      return { user: "", password: "", header: `Bearer ${valueOf(credential.secret)}` };
    case "basic": {
      const inUser = secrets.find(({ variable }) => credential.user === asUser(variable));
      const user = credential.user === ANY ? STRANGER : (inUser?.value ?? credential.user);
      const password = valueOf(credential.secret);
      return { user, password, header: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
    }
  }
}

/** Folds the class of each credential: what is as for any other is left out. */
export function foldWho(classes: readonly (readonly [Credential, number])[]): Who {
  const of = (wanted: (credential: Credential) => boolean): number => classes.find(([credential]) => wanted(credential))?.[1] ?? 0;
  const bearer = new Map<string, number>();
  const basic = new Map<string, Map<string, number>>();
  for (const [credential, number] of classes) {
    if (credential.kind === "bearer") bearer.set(credential.secret, number);
    if (credential.kind === "basic")
      basic.set(credential.user, (basic.get(credential.user) ?? new Map<string, number>()).set(credential.secret, number));
  }
  const stranger = foldOne(basic.get(ANY) ?? new Map<string, number>());
  const named = [...basic].flatMap(([user, all]): [string, Record<string, number>][] => {
    if (user === ANY) return [[ANY, stranger]];
    const own = [...all].filter(([secret, number]) => number !== (stranger[secret] ?? stranger[ANY]));
    return own.length === 0 ? [] : [[user, Object.fromEntries(own)]];
  });
  return {
    none: of(({ kind }) => kind === "none"),
    other: of(({ kind }) => kind === "other"),
    bearer: foldOne(bearer),
    basic: Object.fromEntries(named),
  };
}

function foldOne(all: ReadonlyMap<string, number>): Record<string, number> {
  const other = all.get(ANY) ?? 0;
  return Object.fromEntries([...all].filter(([secret, number]) => secret === ANY || number !== other));
}
