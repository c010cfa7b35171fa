import { escapePattern } from "../escape-pattern.ts";
import { pastedTokens } from "./pasted-token.ts";

/** A password that a scenario has in plain letters. */
export interface LiteralSecret {
  readonly value: string;
  /** Where it stands in the text. */
  readonly index: number;
  /** What tells that it is one: `--password`, `netrc`, `UV_PUBLISH_TOKEN`. */
  readonly where: string;
}

/** Up to the end of the word, or of the quotes. */
const VALUE = String.raw`(?<value>[^\s"'\\,]+)`;
/** Where credentials stand, as people write them; the text is TOML, with files of any kind in it. */
const PLACES: readonly RegExp[] = [
  new RegExp(String.raw`(?<where>--(?:password|token))(?:["']\s*,\s*["']|[ \t]+|=)${VALUE}`, "g"),
  new RegExp(String.raw`:\/\/(?<where>)[^\s/@:"']+:(?<value>[^\s/@"']+)@`, "g"),
  new RegExp(
    String.raw`(?<![\w])(?<where>\w*(?:PASSWORD|PASSWD|TOKEN|SECRET|API_KEY))["']?\s*=\s*(?:"(?<double>[^"\n]+)"|'(?<single>[^'\n]+)'|${VALUE})`,
    "g",
  ),
  new RegExp(String.raw`(?<![\w.-])(?<where>password)["']?\s*[=:]\s*(?:"(?<double>[^"\n]+)"|'(?<single>[^'\n]+)'|${VALUE})`, "g"),
  new RegExp(String.raw`(?:\bmachine\s+\S+|^[ \t]*default)\s+(?:login\s+\S+\s+)?(?:account\s+\S+\s+)?(?<where>password)\s+${VALUE}`, "gm"),
  new RegExp(String.raw`^[ \t]*(?<where>password)[ \t]+(?<value>\S+)[ \t]*$`, "gm"),
];
/** What says of itself that it is none: it stands for a wrong one. `-` means standard input. */
const SAYS_SO = /^(?:-$|no-|not-|wrong|invalid|dummy|fake|example|redacted|of-another|x+$|\*+$|\.\.\.$|…$)/i;
/** A word that stands for one. */
const NAMED = /^(?:your[-_ ]?)?(?:password|passwd|pass|token|secret|api[-_]?key)$/i;
const FILLED = /\{\{|\*{4}|^\$|^%\(|^<.*>$|^[[{]/;

/** Passwords in plain letters, in the order of the text. Those of placeholders, of variables and those that say they are none are left out. */
export function literalSecrets(text: string): LiteralSecret[] {
  const found = PLACES.flatMap((place) =>
    [...text.matchAll(place)].flatMap(({ 0: whole, index, groups = {} }) => {
      const value = groups["double"] ?? groups["single"] ?? groups["value"] ?? "";
      const where = groups["where"] === "" ? "a URL" : (groups["where"] ?? "");
      const at = index + whole.lastIndexOf(value);
      const isNone = FILLED.test(value) || SAYS_SO.test(value) || NAMED.test(value) || isStandIn(value) || isProse(text, at, value);
      return isNone ? [] : [{ value, index: at, where }];
    }),
  );
  if (found.length === 0) return [];
  // What has a token's shape is refused as one.
  const tokens = pastedTokens(text);
  const isToken = ({ index, value }: LiteralSecret): boolean =>
    tokens.some((token) => token.index < index + value.length && index < token.index + token.length);
  const places = new Set<number>();
  return found
    .filter((literal) => !isToken(literal))
    .toSorted((a, b) => a.index - b.index || b.value.length - a.value.length)
    .filter(({ index }) => !places.has(index) && places.add(index));
}

/** A plain word in a comment or a title: "`--token` does it". */
function isProse(text: string, at: number, value: string): boolean {
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  return /^\s*(?:#|title\b|description\b)/.test(line) && /^[a-z`.]+$/i.test(value);
}

/**
 * The text with another of the same shape in place of each: letters for letters, digits for digits, and whatever else stays,
 * since a password's `@` or `%40` may be the bug. No index knows a literal one, so nothing is judged otherwise.
 */
export function withoutLiterals(
  text: string,
  values: ReadonlyMap<string, string>,
  literals: readonly LiteralSecret[] = literalSecrets(text),
): string {
  let safe = text;
  for (const { value, index } of literals) {
    const standIn = values.get(value);
    if (standIn !== undefined) safe = safe.slice(0, index) + standIn + safe.slice(index + value.length);
  }
  for (const [value, standIn] of values) if (isTelling(value)) safe = replaceWords(safe, value, standIn);
  return safe;
}

/** What stands in for each literal secret, the same for the same. */
export function standIns(literals: readonly LiteralSecret[]): Map<string, string> {
  const values = new Map<string, string>();
  const taken = new Set<string>();
  for (const { value } of literals) {
    if (values.has(value)) continue;
    const standIn = VARIANTS.map((variant) => standInOf(value, variant)).find((text) => !taken.has(text) && text !== value);
    if (standIn === undefined) continue;
    taken.add(standIn);
    values.set(value, standIn);
  }
  return values;
}

const FILL = "standin";
const VARIANTS = Array.from({ length: 70 }, (_, variant) => variant);

function standInOf(value: string, variant: number): string {
  let position = variant;
  // Escapes and percent-encoded characters stay whole.
  return value.replaceAll(/%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\.|\p{L}|\d/gu, (part) => {
    if (part.length > 1 && /^[%\\]/.test(part)) return part;
    if (/\d/.test(part)) return String(variant % 10);
    const letter = FILL.charAt(position++ % FILL.length);
    if (!/[A-Za-z]/.test(part)) return "ä".repeat(part.length);
    return /[A-Z]/.test(part) ? letter.toUpperCase() : letter;
  });
}

function isStandIn(value: string): boolean {
  return VARIANTS.some((variant) => standInOf(value, variant) === value);
}

/** Whether it is a password wherever it stands: long enough, and no plain word. */
function isTelling(value: string): boolean {
  return value.length >= 10 || (value.length >= 6 && !/^[A-Za-z]?[a-z]*$/.test(value));
}

function replaceWords(text: string, value: string, standIn: string): string {
  const word = new RegExp(String.raw`(?<![A-Za-z0-9])${escapePattern(value)}(?![A-Za-z0-9])`, "g");
  return text.replaceAll(word, () => standIn);
}

/** Says what was found, and never what it is. */
export function literalMessage({ where }: LiteralSecret): string {
  return `a literal password stands here (${where}): nothing shows it, and runs take another of its shape in its place`;
}

/** What to write instead; `index` is the only one that the scenario has, where it has one. */
export function literalHint(index: string | null): string {
  return `write \`{{secret.${index ?? "INDEX"}}}\` for that of the index's user, or \`wrong-password\` for one that no index knows`;
}
