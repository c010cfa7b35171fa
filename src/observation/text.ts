import { stripVTControlCharacters } from "node:util";

/**
 * The frame that uv draws around causes and hints: `×` before the error, `│`, `├─▶` and `╰─▶` before its parts. Exported
 * scripts look for the same, so it is written as Python reads it, too.
 */
export const FRAME = /[\u2500-\u257f\u25b6]+|(?<![^\s\u2500-\u257f\u25b6])\u00d7(?![^\s\u2500-\u257f\u25b6])/gu;

/**
 * Makes one line of a text, so that what uv wraps at different widths, colours, or draws with a frame in one
 * release and without in the next, reads the same: no escape sequences, no frame, single blanks, none at the ends.
 */
export function normaliseSpace(text: string): string {
  return stripVTControlCharacters(text).replaceAll(FRAME, " ").replaceAll(/\s+/g, " ").trim();
}
