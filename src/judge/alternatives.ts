/** Whether a key of a matcher accepts: an absent key accepts all, a list accepts where one of it does. */
export function accepts<T>(alternatives: readonly T[] | undefined, accept: (alternative: T) => boolean): boolean {
  return alternatives === undefined || alternatives.some(accept);
}

/** The text is a part of the value; or, where it holds `*`, the pattern of the whole value. */
export function isPartOf(value: string, text: string): boolean {
  return text.includes("*") ? fitsPattern(value, text) : value.includes(text);
}

/** The text is the value; or, where it holds `*`, the pattern of the whole value. */
export function isWholeOf(value: string, text: string): boolean {
  return text.includes("*") ? fitsPattern(value, text) : value === text;
}

/** Parts are looked for from left to right, so that no text makes it slow. */
function fitsPattern(value: string, pattern: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false;
  const end = value.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** Quotes a text for a sentence, in one line. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
