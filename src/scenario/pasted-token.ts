/** Tokens by what their issuers begin them with, and the least that follows: GitLab (its newer ones with dots), GitHub, PyPI. */
const TOKEN =
  /(?<!\w)(gl(?:pat|dt|cbt|rt|ptt)-(?=[\w-]{20})|gh[pousr]_(?=[A-Za-z0-9]{36})|github_pat_(?=\w{36})|pypi-AgE(?=[\w-]{16}))([\w-]+(?:\.\w+)*)/g;
/** A word, or a number, or one after the other; of random tokens, one in some hundred thousand is of such alone. */
const WORD = /^(?:[A-Z]?[a-z]*|[A-Z]+)\d*$/;
/** Different characters that a made-up one, such as a row of `x`, does not have. */
const VARIED = 6;

/** A token in a text that looks as if it had been issued. */
export interface PastedToken {
  /** What it begins with, which is no secret. */
  readonly prefix: string;
  readonly index: number;
  readonly length: number;
}

/** What looks like an issued token; words in place of one (`glpat-REDACTED-BY-REPORTER-1`, `ghp_your_TOKEN_goes_here`) do not. */
export function pastedTokens(text: string): PastedToken[] {
  return [...text.matchAll(TOKEN)].flatMap(({ 0: whole, 1: prefix = "", 2: rest = "", index }) => {
    const isRandom = new Set(rest).size >= VARIED && !rest.split(/[-_.]/).every((part) => WORD.test(part));
    return isRandom ? [{ prefix, index, length: whole.length }] : [];
  });
}

/** The text with a `*` for each character of such a token, so that columns stay. */
export function maskTokens(text: string): string {
  let masked = text;
  for (const { prefix, index, length } of pastedTokens(text)) {
    masked = masked.slice(0, index) + prefix + "*".repeat(length - prefix.length) + masked.slice(index + length);
  }
  return masked;
}

/** Says what was found, and never the token. */
export function tokenMessage(prefix: string): string {
  return `what begins with \`${prefix}\` here looks like a real token: take it out, and revoke it if it ever was one`;
}

export const TOKEN_HINT =
  "every secret is made anew for each run: write `{{secret.INDEX}}` for that of the index's user, `{{stale.INDEX}}` for one that is refused";
