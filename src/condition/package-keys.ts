import { oneOrMore, text } from "../scenario/schema/value.ts";
import { either } from "./clause.ts";
import type { Key } from "./key.ts";

const textOrTexts = oneOrMore(text);

/** The keys by which a package and its version are named, wherever packages are listed. `written`: how its name is spelt there. */
export function packageKeys(written: string): { readonly package: Key; readonly version: Key } {
  return {
    package: {
      schema: textOrTexts,
      note: `Name of the package, ${written}.`,
      role: "selects",
      field: "package",
      operator: "is",
      words: (names, quote) => `of ${either(names, quote)}`,
    },
    version: {
      schema: textOrTexts,
      note: "Its version.",
      role: "holds",
      field: "version",
      operator: "is",
      words: (versions, quote) => `has the version ${either(versions, quote)}`,
    },
  };
}
