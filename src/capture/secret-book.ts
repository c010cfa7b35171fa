/** A name for a secret's value, the same for the same value: `secret-1`. Nobody can get from it to the value. */
export type NameSecret = (value: string) => string;

/** What stands in a text where a secret stood: `‹secret-1›`. */
const MARK = /‹(secret-\d+)›/u;
const USERINFO = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/?#"'<>`\\@]*(?:@[^\s/?#"'<>`\\@]*)*)@/gi;
const HIDDEN = /^\*+$/;

/**
 * A text with the secrets of its URLs (`https://user:SECRET@host`) replaced by marks. A user name that looks like a token is
 * taken for one. uv's own stars stay.
 */
export function hideUrlSecrets(text: string, nameSecret: NameSecret): string {
  return text.replaceAll(USERINFO, (_, scheme: string, userinfo: string) => {
    const colon = userinfo.indexOf(":");
    const user = colon < 0 ? userinfo : userinfo.slice(0, colon);
    const password = colon < 0 ? "" : userinfo.slice(colon + 1);
    const shownUser = looksLikeToken(user) ? mark(nameSecret(decoded(user))) : user;
    if (colon < 0) return `${scheme}${shownUser}@`;
    return `${scheme}${shownUser}:${password === "" || HIDDEN.test(password) ? password : mark(nameSecret(decoded(password)))}@`;
  });
}

export function mark(name: string): string {
  return `‹${name}›`;
}

/** The name of the secret that a text is the mark of; `null` for any other text. */
export function secretOf(text: string): string | null {
  return MARK.exec(text)?.[1] ?? null;
}

/** Long, without the separators of names, letters and digits mixed; or with a prefix that only tokens have. */
export function looksLikeToken(text: string): boolean {
  if (MARK.test(text)) return false;
  if (/^(?:glpat-|gh[pousr]_|pypi-AgE|github_pat_|AKC|eyJ)/.test(text)) return true;
  return (
    text.length >= 20 &&
    /^[A-Za-z0-9+/=_-]+$/.test(text) &&
    /\d/.test(text) &&
    /[A-Za-z]/.test(text) &&
    !/^[a-z]+(?:[-_.][a-z]+)+(?:[-_.]?\d{1,3})?$/i.test(text)
  );
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
