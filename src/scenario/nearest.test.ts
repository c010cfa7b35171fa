import * as fc from "fast-check";
import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const KEYS = ["visible-to", "version", "versions", "requires", "requires-python", "url", "user", "users"];

test.each([
  ["visible_to", "visible-to"],
  ["visibleTo", "visible-to"],
  ["verison", "version"],
  ["verions", "versions"],
  ["usr", "user"],
  ["URL", "url"],
  ["requires_python", "requires-python"],
  ["colour", null],
  ["x", null],
  ["", null],
])("%s → %s", (word, expected) => {
  expect(nearest(word, KEYS)).toBe(expected);
});

test("of two that are equally near, the first", () => {
  expect(nearest("feed", ["feet", "fees"])).toBe("feet");
});

test("one slip is found, whatever the word", () => {
  const word = fc.stringMatching(/^[a-z]{6,12}$/);
  fc.assert(
    fc.property(word, fc.nat(), fc.constantFrom("drop", "double", "swap", "change"), (word, at, slip) => {
      const i = at % (word.length - 1);
      const changed = {
        drop: word.slice(0, i) + word.slice(i + 1),
        double: word.slice(0, i + 1) + word.slice(i),
        swap: word.slice(0, i) + (word[i + 1] ?? "") + (word[i] ?? "") + word.slice(i + 2),
        change: `${word.slice(0, i)}0${word.slice(i + 1)}`,
      }[slip];
      expect(nearest(changed, ["0123456789", word])).toBe(word);
    }),
  );
});
