import { createHash } from "node:crypto";

/** Someone with a password that the index accepts. */
export interface Account {
  readonly name: string;
  readonly password: string;
}

/**
 * An htpasswd file in the `{SHA}` form: one unsalted SHA-1, which costs pypiserver next to nothing a request where
 * bcrypt costs hundreds of milliseconds. Enough for passwords that are random and last for one run; never for others.
 */
export function htpasswd(accounts: readonly Account[]): string {
  return accounts
    .map(({ name, password }) => {
      if (name === "" || /[:\r\n\0]/.test(name)) throw new Error(`a user of an htpasswd file can't be called ${JSON.stringify(name)}`);
      return `${name}:{SHA}${createHash("sha1").update(password, "utf8").digest("base64")}\n`;
    })
    .join("");
}
