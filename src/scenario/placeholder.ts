/** A place in a text where a value goes: `{{secret.private}}`. */
export interface Placeholder {
  /** Without braces and surrounding blanks. */
  readonly name: string;
  /** As it stands in the text, braces included. */
  readonly text: string;
}

const PLACEHOLDER = /\{\{([^{}\r\n]*)\}\}/g;

/** `{{open}}` is `{{` itself, for files that use double braces for something else. */
export const OPEN = "open";

/** The placeholders of a text in order, `{{open}}` included. */
export function placeholdersIn(text: string): Placeholder[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => ({ name: (match[1] ?? "").trim(), text: match[0] }));
}

/**
 * Fills every placeholder. The parser has refused unknown names, so a name without a value is a bug of ours: throws.
 * What is filled in is not filled again.
 */
export function fillText(text: string, values: (name: string) => string | null): string {
  return text.replace(PLACEHOLDER, (_, inside: string) => {
    const name = inside.trim();
    if (name === OPEN) return "{{";
    const value = values(name);
    if (value === null) throw new Error(`no value for {{${name}}}`);
    return value;
  });
}

/** Splits `INDEX` or `INDEX.REST`. Both may hold dots: the longest index name that fits is meant. */
export function splitReference(text: string, indexes: Iterable<string>): { index: string; rest: string | null } | null {
  let found: { index: string; rest: string | null } | null = null;
  for (const index of indexes) {
    if (found !== null && found.index.length >= index.length) continue;
    if (text === index) found = { index, rest: null };
    else if (text.startsWith(`${index}.`)) found = { index, rest: text.slice(index.length + 1) };
  }
  return found;
}
