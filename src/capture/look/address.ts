import type { Address } from "../model.ts";
import { decoded, secretOf } from "../secret-book.ts";

/** A URL as a setting has it, `user:‹secret-1›@` apart; `null` for what is no URL with a host. */
export function addressOf(text: string): Address | null {
  const parts = /^([a-z][a-z0-9+.-]*:\/\/)(?:([^/?#@]*)@)?(.+)$/i.exec(text.trim());
  const [, scheme = "", userinfo, rest = ""] = parts ?? [];
  if (parts === null || !/^https?:/i.test(scheme)) return null;
  const url = scheme.toLowerCase() + rest;
  if (!URL.canParse(url)) return null;
  if (userinfo === undefined) return { url, user: null, secret: null };
  const colon = userinfo.indexOf(":");
  const user = decoded(colon < 0 ? userinfo : userinfo.slice(0, colon));
  const asUser = secretOf(user);
  if (asUser !== null) return { url, user: null, secret: asUser };
  return { url, user: user === "" ? null : user, secret: colon < 0 ? null : secretOf(userinfo.slice(colon + 1)) };
}

/** Scheme, host and port. */
export function originOf(url: string): string {
  return new URL(url).origin;
}
