import { RE2JS } from "re2js";
import { GITLEAKS_RULES } from "./gitleaks-rules.ts";
import { entropyOf, OWN_RULES, type TokenRule } from "./token-rule.ts";

const RULES: readonly TokenRule[] = [...OWN_RULES, ...GITLEAKS_RULES];
/** A word, or a number, or one after the other; of random tokens, one in some hundred thousand is of such alone. */
const WORD = /^(?:[A-Z]?[a-z]*|[A-Z]+)\d*$/;
/** Different characters that a made-up one, such as a row of `x`, does not have. */
const VARIED = 6;

/** A token in a text that looks as if it had been issued. */
export interface PastedToken {
  /** The rule that it fits, such as `npm-access-token`. */
  readonly rule: string;
  /** What it begins with, which is no secret; may be empty. */
  readonly prefix: string;
  readonly index: number;
  readonly length: number;
}

/** What looks like an issued token; words in place of one (`glpat-REDACTED-BY-REPORTER-1`, `ghp_your_TOKEN_goes_here`) do not. */
export function pastedTokens(text: string): PastedToken[] {
  const small = text.toLowerCase();
  const found = RULES.flatMap((rule) => (rule.keywords.some((keyword) => small.includes(keyword)) ? tokensOf(rule, text) : []));
  const byPlace = found.toSorted((a, b) => a.index - b.index || b.length - a.length);
  let end = 0;
  return byPlace.filter(({ index, length }) => {
    const isNew = index >= end;
    if (isNew) end = index + length;
    return isNew;
  });
}

const COMPILED = new Map<TokenRule, RE2JS>();

function tokensOf(rule: TokenRule, text: string): PastedToken[] {
  const pattern = COMPILED.get(rule) ?? RE2JS.compile(rule.pattern);
  COMPILED.set(rule, pattern);
  const tokens: PastedToken[] = [];
  const matcher = pattern.matcher(text);
  while (matcher.find()) {
    const groups = Array.from({ length: matcher.groupCount() }, (_, group) => group + 1);
    const group = groups.find((each) => (matcher.group(each) ?? "") !== "") ?? 0;
    const token = matcher.group(group) ?? "";
    const prefix = prefixOf(rule, token);
    if (isRandom(token.slice(prefix.length)) && entropyOf(token) > rule.entropy)
      tokens.push({ rule: rule.id, prefix, index: matcher.start(group), length: token.length });
  }
  return tokens;
}

/** The issuer's own beginning, with its separator. */
function prefixOf({ keywords }: TokenRule, token: string): string {
  const small = token.toLowerCase();
  const length = Math.max(0, ...keywords.map((keyword) => (small.startsWith(keyword) ? keyword.length : 0)));
  return length > 0 && /^[-_]/.test(token.slice(length)) ? token.slice(0, length + 1) : token.slice(0, length);
}

function isRandom(rest: string): boolean {
  return new Set(rest).size >= VARIED && !/EXAMPLE(?:KEY)?$/.test(rest) && !rest.split(/[-_.]/).every((part) => WORD.test(part));
}

/** The text with a `*` for each character of such a token, so that lines and columns stay. */
export function maskTokens(text: string): string {
  let masked = text;
  for (const { prefix, index, length } of pastedTokens(text)) {
    const hidden = text.slice(index + prefix.length, index + length).replaceAll(/./g, "*");
    masked = masked.slice(0, index) + prefix + hidden + masked.slice(index + length);
  }
  return masked;
}

/** Says what was found, and never the token. */
export function tokenMessage({ prefix, rule }: PastedToken): string {
  const what = prefix === "" ? `what stands here (by its shape: ${rule})` : `what begins with \`${prefix}\` here`;
  return `${what} looks like a real token: take it out, and revoke it if it ever was one`;
}

export const TOKEN_HINT =
  "every secret is made anew for each run: write `{{secret.INDEX}}` for that of the index's user, `{{stale.INDEX}}` for one that is refused";
