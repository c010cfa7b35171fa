import { stripVTControlCharacters } from "node:util";

const LINES = String.raw`\u2500-\u257f\u25b6`;
const WHITE = String.raw`\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff`;

/** White space, as `\s` has it; Python's has no U+FEFF, and some controls. Exported scripts look for the same. */
export const SPACE = new RegExp(`[${WHITE}]+`, "g");

/**
 * The frame that uv draws around causes and hints: `×` before the error, `│`, `├─▶` and `╰─▶` before its parts. Exported
 * scripts look for the same, so it is written as Python reads it, too.
 */
export const FRAME = new RegExp(`[${LINES}]+|(?<![^${WHITE}${LINES}])\\u00d7(?![^${WHITE}${LINES}])`, "g");

/**
 * Makes one line of a text, so that what uv wraps at different widths, colours, or draws with a frame in one
 * release and without in the next, reads the same: no escape sequences, no frame, single blanks, none at the ends.
 */
export function normaliseSpace(text: string): string {
  return stripVTControlCharacters(text).replaceAll(FRAME, " ").replaceAll(SPACE, " ").trim();
}
