/** C0 and C1 controls, DEL, and the bidirectional controls that make text read otherwise than it is. Not tab and newline. */
// oxlint-disable-next-line no-control-regex -- to find them is the point
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const ZERO_WIDTH = /[\p{Mark}\u200b-\u200d\u2060\ufeff]/u;

/**
 * The text with every hidden control character spelled out (`\x1b`, `\u202e`), so that no terminal or page obeys it.
 * Colour sequences of programs that print them anyway go the same way. CRLF becomes a newline; tabs and newlines stay.
 */
export function visible(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(HIDDEN, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
}

/** One line: controls spelled out, runs of white space become one space; cut at `limit` characters. */
export function oneLine(text: string, limit: number = Number.MAX_SAFE_INTEGER): string {
  // Only so much is looked at: a caller that shows 80 characters may hold megabytes.
  const line = visible(text.slice(0, limit * 4))
    .replace(/\s+/gu, " ")
    .trim();
  return clip(line.length <= limit && text.length > limit * 4 ? `${line}…` : line, limit);
}

/** At most `limit` characters, the last one `…` if something was cut. Never splits a surrogate pair. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, Math.max(0, limit - 1)).replace(/[\ud800-\udbff]$/u, "")}…`;
}

/** Columns that the text takes on a terminal: East Asian wide characters and emoji two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (ZERO_WIDTH.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** At most `width` columns; cut at the front (`…/name.toml`) or at the end (`a long t…`). */
export function fit(text: string, width: number, from: "start" | "end" = "end"): string {
  if (displayWidth(text) <= width) return text;
  const characters = from === "end" ? Array.from(text) : Array.from(text).reverse();
  let used = 1;
  let kept = "";
  for (const character of characters) {
    used += displayWidth(character);
    if (used > width) break;
    kept = from === "end" ? kept + character : character + kept;
  }
  if (width < 1) return "";
  return from === "end" ? `${kept}…` : `…${kept}`;
}

/** Lines of at most `width` columns, broken at spaces where there are any. Empty text is one empty line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((part) => chunks(part, Math.max(1, width)))) {
    if (line === "") line = word;
    else if (displayWidth(line) + 1 + displayWidth(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function chunks(word: string, width: number): string[] {
  const parts: string[] = [];
  let part = "";
  for (const character of word) {
    if (part !== "" && displayWidth(part) + displayWidth(character) > width) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part];
}
