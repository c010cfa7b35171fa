import { stripVTControlCharacters } from "node:util";
import type { Secret } from "./secret.ts";

/** A secret met in a text: its label (`private.USER`, or `private.USER (stale)`) and how it was written. */
interface SecretFound {
  readonly secret: string;
  readonly form: "plain" | "percent-encoded" | "base64";
}

/** Replaces secrets by `<secret:NAME>` or `<stale:NAME>`, in texts, in streams and in whole values. */
export interface Redactor {
  redact(text: string): string;
  /** Redacts every string of a JSON value, keys included. */
  redactDeep<T>(value: T): T;
  /** Which secrets a text holds, each form once, in the order in which they are met. */
  find(text: string): SecretFound[];
  /** The same as `redact` over the joined chunks; what might be the beginning of a secret is held back. */
  stream(): RedactorStream;
}

interface RedactorStream {
  push(chunk: string): string;
  /** What was held back; to be called once, when no more chunks come. */
  end(): string;
}

interface Hit extends SecretFound {
  readonly from: number;
  readonly to: number;
  readonly replacement: string;
}

/**
 * Every form of a secret (plain, percent-encoded, base64) is made of these characters alone, so a text can be
 * cut at any other one, and a stream need only hold back the run of them at its end.
 */
const RUN = /[A-Za-z0-9+/_=%-]/;
const BASE64 = /[A-Za-z0-9+/_-]/;
const VALUE = /^[A-Za-z0-9_-]{24,}$/;

/** Throws if a secret is too short, or of other characters than the forms below are made for. */
export function createRedactor(secrets: readonly Secret[]): Redactor {
  const patterns = secrets.map(patternOf);
  const needles: Needles = {
    texts: ["%", ...patterns.flatMap((pattern) => pattern.cores)],
    anyValue: new RegExp(patterns.map((pattern) => pattern.value).join("|") || "(?!)", "gi"),
    anyEncoded: new RegExp(patterns.map((pattern) => pattern.encoded.source).join("|") || "(?!)", "i"),
  };

  function redact(text: string): string {
    const result = redactAsIs(text);
    if (!result.includes("\u001b")) return result;
    // Colours may be set amid a secret: then they go rather than it stays.
    const bare = stripVTControlCharacters(result);
    return hitsIn(bare, patterns, needles).length === 0 ? result : redactAsIs(bare);
  }

  function redactAsIs(text: string): string {
    let result = "";
    let copied = 0;
    for (const hit of withoutOverlaps(hitsIn(text, patterns, needles))) {
      result += text.slice(copied, hit.from) + hit.replacement;
      copied = hit.to;
    }
    return copied === 0 ? text : result + text.slice(copied);
  }

  function redactValue(value: unknown): unknown {
    if (typeof value === "string") return redact(value);
    if (Array.isArray(value)) return value.map(redactValue);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]: [string, unknown]) => [redact(key), redactValue(item)]));
  }

  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape stays; strings change, and they alone
  const redactDeep = <T>(value: T): T => redactValue(value) as T;

  function find(text: string): SecretFound[] {
    const found = new Map<string, SecretFound>();
    for (const each of text.includes("\u001b") ? [text, stripVTControlCharacters(text)] : [text]) {
      for (const { secret, form } of hitsIn(each, patterns, needles)) found.set(`${secret}\n${form}`, { secret, form });
    }
    return [...found.values()];
  }

  return { redact, redactDeep, find, stream: () => redactingStream(redact) };
}

function redactingStream(redact: (text: string) => string): RedactorStream {
  let held: string[] = [];
  return {
    push(chunk) {
      let cut = chunk.length;
      while (cut > 0 && RUN.test(chunk.charAt(cut - 1))) cut--;
      if (cut === 0) {
        held.push(chunk);
        return "";
      }
      const ready = held.join("") + chunk.slice(0, cut);
      held = [chunk.slice(cut)];
      return redact(ready);
    },
    end() {
      const rest = held.join("");
      held = [];
      return redact(rest);
    },
  };
}

interface Pattern {
  readonly value: string;
  readonly label: string;
  readonly replacement: string;
  /** What the value becomes inside base64, for each of the three places where it may begin. */
  readonly cores: readonly string[];
  /** The value in any case (a host name is written in small letters), any of its characters percent-encoded, once or more often. */
  readonly encoded: RegExp;
}

function patternOf(secret: Secret): Pattern {
  if (!VALUE.test(secret.value)) throw new Error(`secret ${secret.name} can't be redacted: 24 or more of A-Z a-z 0-9 _ - are needed`);
  const letters = Array.from(secret.value, (letter) => `(?:${letter}|%(?:25)*(?:${codesOf(letter).join("|")}))`);
  return {
    value: secret.value,
    label: secret.kind === "good" ? secret.name : `${secret.name} (stale)`,
    replacement: secret.kind === "good" ? `<secret:${secret.name}>` : `<stale:${secret.name}>`,
    cores: [0, 1, 2].map((offset) => base64Core(secret.value, offset)),
    encoded: new RegExp(letters.join(""), "gi"),
  };
}

/** The letter's hexadecimal codes, small and capital. */
function codesOf(letter: string): string[] {
  return [letter.toLowerCase(), letter.toUpperCase()].map((each) => each.charCodeAt(0).toString(16));
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

/** All hits, by where they begin. Only runs that hold a needle or a `%` are looked at closely. */
function hitsIn(text: string, patterns: readonly Pattern[], needles: Needles): Hit[] {
  const runs = new Map<number, number>();
  for (const match of text.matchAll(needles.anyValue)) {
    const { from, to } = extent(text, match.index, match.index + match[0].length, RUN);
    runs.set(from, to);
  }
  for (const needle of needles.texts) {
    for (let at = text.indexOf(needle); at >= 0;) {
      const { from, to } = extent(text, at, at + needle.length, RUN);
      runs.set(from, to);
      at = text.indexOf(needle, to);
    }
  }
  const hits = [...runs].flatMap(([from, to]) => hitsInRun(text.slice(from, to), from, patterns, needles.anyEncoded));
  return hits.sort((a, b) => a.from - b.from || b.to - a.to);
}

function hitsInRun(run: string, offset: number, patterns: readonly Pattern[], anyEncoded: RegExp): Hit[] {
  const hits: Hit[] = [];
  const small = run.toLowerCase();
  const someEncoded = run.includes("%") && anyEncoded.test(run);
  for (const { cores, encoded, value, label: secret, replacement } of patterns) {
    for (const core of cores) {
      for (let at = run.indexOf(core); at >= 0;) {
        const { from, to } = extent(run, at, at + core.length, BASE64);
        hits.push({ from: offset + from, to: offset + afterPadding(run, to), secret, form: "base64", replacement });
        at = run.indexOf(core, to);
      }
    }
    if (!someEncoded && !small.includes(value.toLowerCase())) continue;
    for (const match of run.matchAll(encoded)) {
      const form = match[0].includes("%") ? "percent-encoded" : "plain";
      hits.push({ from: offset + match.index, to: offset + match.index + match[0].length, secret, form, replacement });
    }
  }
  return hits;
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

/** Hits (in order) that overlap become one, under all their names, so that nothing between them is left over. */
function withoutOverlaps(hits: readonly Hit[]): Hit[] {
  const result: Hit[] = [];
  for (const hit of hits) {
    const last = result.at(-1);
    if (last === undefined || hit.from >= last.to) result.push(hit);
    else {
      const replacement = last.replacement.includes(hit.replacement) ? last.replacement : last.replacement + hit.replacement;
      result[result.length - 1] = { ...last, to: Math.max(last.to, hit.to), replacement };
    }
  }
  return result;
}
