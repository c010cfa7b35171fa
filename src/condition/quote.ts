import { oneLine } from "../observation/visible-text.ts";
import type { Quote } from "./key.ts";

/** In plain text. */
export const plainQuote: Quote = (value) => `“${oneLine(value)}”`;

/** Quotes a text of the run for a reason, in one line. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
