/** What stands before and behind the random part of a secret, in every way in which it may be written. */
export interface Around {
  /** At the end of a text: as much of it as is there. */
  readonly before: RegExp;
  readonly behind: RegExp;
  /** Characters that the longest writing of `before` takes. */
  readonly reach: number;
}

/** `&#x0000e9;`, percent-encoded twice: no writing of one character is longer. */
const LONGEST = 48;
const NAMED: Readonly<Record<string, string>> = { '"': "quot", "'": "apos", "&": "amp", "<": "lt", ">": "gt" };

/** `null`: nothing stands there. */
export function aroundOf(before: string, behind: string): Around | null {
  if (before === "" && behind === "") return null;
  const head = Array.from(before, written).reduce((inner, letter) => (inner === "" ? letter : `(?:${inner})?${letter}`), "");
  const tail = Array.from(behind, written).reduceRight((inner, letter) => (inner === "" ? letter : `${letter}(?:${inner})?`), "");
  return {
    before: new RegExp(`(?:${head || "(?!)"})$`, "i"),
    behind: new RegExp(`(?:${tail || "(?!)"})`, "iy"),
    reach: before.length * LONGEST,
  };
}

/** The bounds of a secret's random part, moved to take in what stands around it. */
export function extended(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
  { before, behind, reach }: Around,
): { from: number; to: number } {
  const head = before.exec(text.slice(Math.max(0, from - reach), from))?.[0].length ?? 0;
  const follows = new RegExp(behind);
  follows.lastIndex = to;
  return { from: from - head, to: to + (follows.exec(text)?.[0].length ?? 0) };
}

/** One character: itself, escaped, percent-encoded, or as HTML names it. */
function written(letter: string): string {
  const bytes = [...new TextEncoder().encode(letter)].map((byte) => `%(?:25)*${hex(byte, 2)}`).join("");
  const units = Array.from({ length: letter.length }, (_, at) => `\\\\{1,8}u${hex(letter.charCodeAt(at), 4)}`).join("");
  const code = letter.codePointAt(0) ?? 0;
  const name = NAMED[letter];
  return `(?:${[
    bytes,
    units,
    ...(code < 256 ? [`\\\\{1,8}x${hex(code, 2)}`] : []),
    ...(letter === " " ? ["\\+"] : []),
    `&(?:amp;)*#(?:0*${code}|x0*${hex(code, 1)});`,
    ...(name === undefined ? [] : [`&(?:amp;)*${name};`]),
    // Last, for `&` begins what HTML writes for it.
    `\\\\{0,8}${letter.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")}`,
  ].join("|")})`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
