import { type Around, aroundOf, extended } from "./secret-form.ts";
import { labelOf, markOf, type Secret } from "./secret.ts";

/** A secret met in a text: its label (`private.USER`, or `private.USER (stale)`) and how it was written. */
export interface SecretFound {
  readonly secret: string;
  readonly form: "plain" | "percent-encoded" | "escaped" | "base64" | "hex";
}

export interface Hit extends SecretFound {
  readonly from: number;
  readonly to: number;
  readonly replacement: string;
  readonly around: Around | null;
}

/** Every form of a secret is made of these characters alone, so that only runs of them are looked at. */
const RUN = /[A-Za-z0-9+/_=%\\&#;-]/;
const BASE64 = /[A-Za-z0-9+/_-]/;
const HEX = /[0-9A-Fa-f]/;
const VALUE = /^[A-Za-z0-9_-]{24,}=?$/;
/** The part of a value that is its own; what stands before and behind it is a form that the scenario shows. */
const RANDOM = /umre-(?:good|stale)-[A-Za-z0-9_-]{16,}/;
/** What the value says of itself; the rest is the secret proper, which is one without it too. */
export const PREFIX = /^umre-(?:good|stale)-(?=.{16})/;

/** Looks for the secrets in a text; the hits come in the order of their places. Throws where a secret is too short, or of other characters. */
export function createSearch(secrets: readonly Secret[]): (text: string) => Hit[] {
  const patterns = secrets.map(patternOf);
  const needles: Needles = {
    texts: ["%", "\\", "&", ...patterns.flatMap((pattern) => pattern.cores)],
    anyValue: new RegExp(patterns.flatMap(({ proper, hex }) => [proper, hex]).join("|") || "(?!)", "gi"),
    anyEncoded: new RegExp(patterns.map((pattern) => pattern.encoded.source).join("|") || "(?!)", "i"),
  };
  return (text) => hitsIn(text, patterns, needles);
}

/** The hits with what goes with them; those that overlap become one, under all their names, so that nothing between them is left over. */
export function joined(text: string, hits: readonly Hit[]): Hit[] {
  return withoutOverlaps(hits.map((each) => widened(text, each)));
}

interface Pattern {
  readonly around: Around | null;
  /** The value without what it says of itself. */
  readonly proper: string;
  /** The same in hexadecimal, in small letters. */
  readonly hex: string;
  readonly label: string;
  readonly replacement: string;
  /** What it becomes inside base64, for each of the three places where it may begin. */
  readonly cores: readonly string[];
  /** In any case (a host name is written in small letters), any character percent-encoded (once or more often) or escaped. */
  readonly encoded: RegExp;
}

function patternOf(secret: Secret): Pattern {
  const [random = ""] = RANDOM.exec(secret.value) ?? [secret.value];
  const start = secret.value.indexOf(random);
  const around = aroundOf(secret.value.slice(0, start), secret.value.slice(start + random.length));
  if (!VALUE.test(random)) throw new Error(`secret ${secret.name} can't be redacted: 24 or more of A-Z a-z 0-9 _ - are needed`);
  const prefix = PREFIX.exec(random)?.[0] ?? "";
  const proper = random.slice(prefix.length).replace("=", "");
  // Padding says nothing, and may be lost on the way.
  const padding = random.endsWith("=") ? `${written("=")}?` : "";
  return {
    around,
    proper,
    hex: Array.from(proper, hexOf).join(""),
    label: labelOf(secret),
    replacement: markOf(secret),
    cores: [0, 1, 2].map((offset) => base64Core(proper, offset)),
    encoded: new RegExp(`(?:${Array.from(prefix, written).join("")})?${Array.from(proper, written).join("")}${padding}`, "gi"),
  };
}

/**
 * Every way to write a letter: itself, `%2D`, `\u002d` (of JSON within JSON too), `\x2d`, `&#45;`, `&#x2d;`. HEX and
 * DECIMAL are alternatives: of the small and of the capital one. Exported scripts fill in the same.
 */
export const WRITTEN = String.raw`(?:LETTER|%(?:25)*(?:HEX)|\\{1,8}(?:u00|x)(?:HEX)|&(?:amp;)*#(?:0*(?:DECIMAL)|x0*(?:HEX));)`;

function written(letter: string): string {
  const both = [letter.toLowerCase(), letter.toUpperCase()];
  const hex = both.map(hexOf).join("|");
  const decimal = both.map((each) => String(each.charCodeAt(0))).join("|");
  return WRITTEN.replaceAll("HEX", hex).replaceAll("DECIMAL", decimal).replace("LETTER", letter);
}

function hexOf(letter: string): string {
  return letter.charCodeAt(0).toString(16);
}

/** The characters of the base64 text that depend on the value alone, where `offset` bytes precede it (modulo 3). */
function base64Core(value: string, offset: number): string {
  const encoded = btoa(" ".repeat(offset) + value);
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + value.length) * 8) / 6);
  return encoded.slice(first, last);
}

/** What tells cheaply that a close look is needed: most texts hold no secret at all. */
interface Needles {
  readonly texts: readonly string[];
  readonly anyValue: RegExp;
  readonly anyEncoded: RegExp;
}

/** All hits, by where they begin. Only runs that hold a needle are looked at closely. */
function hitsIn(text: string, patterns: readonly Pattern[], needles: Needles): Hit[] {
  const runs = new Map<number, number>();
  let end = 0;
  for (const match of text.matchAll(needles.anyValue)) {
    if (match.index < end) continue;
    const { from, to } = extent(text, match.index, match.index + match[0].length, RUN);
    runs.set(from, to);
    end = to;
  }
  for (const needle of needles.texts) {
    for (let at = text.indexOf(needle); at >= 0;) {
      const { from, to } = extent(text, at, at + needle.length, RUN);
      runs.set(from, to);
      at = text.indexOf(needle, to);
    }
  }
  const hits = [...runs].flatMap(([from, to]) => hitsInRun(text.slice(from, to), from, patterns, needles.anyEncoded));
  return inOrder(hits.map((hit) => withAround(text, hit)));
}

function hitsInRun(run: string, offset: number, patterns: readonly Pattern[], anyEncoded: RegExp): Hit[] {
  const hits: Hit[] = [];
  const small = run.toLowerCase();
  const someEncoded = /[%\\&]/.test(run) && anyEncoded.test(run);
  for (const { around, cores, encoded, proper, hex, label: secret, replacement } of patterns) {
    for (const core of cores) hits.push(...placesOf(run, core).map((at) => hitAt(at, core.length, "base64")));
    hits.push(...placesOf(small, hex).map((at) => hitAt(at, hex.length, "hex")));
    if (!someEncoded && !small.includes(proper.toLowerCase())) continue;
    for (const match of run.matchAll(encoded)) {
      const form = match[0].includes("%") ? "percent-encoded" : /[\\&]/.test(match[0]) ? "escaped" : "plain";
      hits.push(hitAt(match.index, match[0].length, form));
    }

    function hitAt(at: number, length: number, form: SecretFound["form"]): Hit {
      return { from: offset + at, to: offset + at + length, secret, form, replacement, around };
    }
  }
  return hits;
}

/** What belongs to a secret's form goes with it, however it was written. */
function withAround(text: string, hit: Hit): Hit {
  return hit.around === null || hit.form === "base64" || hit.form === "hex" ? hit : { ...hit, ...extended(text, hit, hit.around) };
}

function placesOf(run: string, part: string): number[] {
  const places: number[] = [];
  for (let at = run.indexOf(part); at >= 0; at = run.indexOf(part, at + part.length)) places.push(at);
  return places;
}

function inOrder(hits: readonly Hit[]): Hit[] {
  return [...hits].sort((a, b) => a.from - b.from || b.to - a.to);
}

/** What stands around the secret proper in the same encoding goes with it: it holds the user, and bits of the secret. */
function widened(text: string, hit: Hit): Hit {
  if (hit.form !== "base64" && hit.form !== "hex") return hit;
  const { from, to } = extent(text, hit.from, hit.to, hit.form === "hex" ? HEX : BASE64);
  return { ...hit, from, to: hit.form === "hex" ? to : afterPadding(text, to) };
}

function extent(text: string, start: number, end: number, characters: RegExp): { from: number; to: number } {
  let from = start;
  let to = end;
  while (from > 0 && characters.test(text.charAt(from - 1))) from--;
  while (to < text.length && characters.test(text.charAt(to))) to++;
  return { from, to };
}

function afterPadding(text: string, end: number): number {
  let to = end;
  while (to < end + 2 && text.charAt(to) === "=") to++;
  return to;
}

function withoutOverlaps(hits: readonly Hit[]): Hit[] {
  const result: Hit[] = [];
  for (const hit of inOrder(hits)) {
    const last = result.at(-1);
    if (last === undefined || hit.from >= last.to) result.push(hit);
    else {
      const replacement = last.replacement.includes(hit.replacement) ? last.replacement : last.replacement + hit.replacement;
      result[result.length - 1] = { ...last, to: Math.max(last.to, hit.to), replacement };
    }
  }
  return result;
}
