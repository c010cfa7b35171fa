import { RE2JS } from "re2js";

/** A pattern of RE2: its time grows with the text alone, so no pattern keeps a run from ending. */
export interface Pattern {
  /** Whether it is found somewhere in the text. */
  foundIn(text: string): boolean;
}

const COMPILED = new Map<string, RE2JS>();

/** @throws {Error} with the reason, where it is no pattern of RE2: one with a lookahead or a back-reference is none. */
export function compilePattern(pattern: string): Pattern {
  let compiled = COMPILED.get(pattern);
  if (compiled === undefined) {
    try {
      compiled = RE2JS.compile(pattern);
    } catch (error) {
      throw new Error(reasonOf(error), { cause: error });
    }
    COMPILED.set(pattern, compiled);
  }
  const found = compiled;
  return { foundIn: (text) => found.matcher(text).find() };
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, "");
}
