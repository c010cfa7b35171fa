import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compilePattern } from "./pattern.ts";

// Each takes a backtracking engine longer than the universe is old.
test.each(["^(a+)+$", "^(a|a)*$", "(a*)*b", "^(a|aa)+$", "(.*)*x"])("%s ends on a long text that does not fit", (pattern) => {
  expect(compilePattern(pattern).foundIn(`${"a".repeat(40_000)}!`)).toBe(false);
});

test.each(["(?=a)", "(?<!a)b", String.raw`(a)\1`, "(", "[b-a]"])("%s is no pattern, and says why", (pattern) => {
  expect(() => compilePattern(pattern)).toThrow(/invalid|missing|unsupported/);
});

test("what both engines know is found by both", () => {
  const piece = fc.constantFrom(
    "a",
    "b",
    ".",
    " ",
    String.raw`\d`,
    String.raw`\w`,
    String.raw`\b`,
    "[ab]",
    "[^a1]",
    "(a|b)",
    "(?:ab)",
    "^",
    "$",
    "|",
    String.raw`\.`,
  );
  const repeat = fc.constantFrom("", "", "*", "+?", "?", "{2}", "{1,2}");
  const pattern = fc
    .array(fc.tuple(piece, repeat), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.map(([one, times]) => one + (/^(\^|\$|\||\\b)$/.test(one) ? "" : times)).join(""));
  const text = fc.array(fc.constantFrom("a", "b", "1", " ", ".", "é"), { maxLength: 8 }).map((letters) => letters.join(""));
  fc.assert(
    fc.property(pattern, text, (source, value) => {
      expect(compilePattern(source).foundIn(value)).toBe(new RegExp(source).test(value));
    }),
    { numRuns: 3000 },
  );
});
