import { expect, it } from "vitest";
import { contrastWords } from "./hypotheses.ts";

const REPAIR = "netrc has no entry";

it.each([
  ["one hypothesis", REPAIR, [], [], []],
  [
    "several hypotheses that agree",
    REPAIR,
    [
      { words: "a is bad", repair: null },
      { words: "b is c", repair: REPAIR },
    ],
    [],
    ["3 hypotheses agree with all that was seen; this repair heals 2 of them:", "- not where a is bad", "- also where b is c"],
  ],
  ["a budget that is used", REPAIR, [], ["a is bad", "b is c"], ["Not settled within 8 runs: whether a is bad; whether b is c."]],
  ["nothing that heals, and nothing to vary", null, [], [], ["Nothing that was not seen is left to vary."]],
  [
    "nothing that heals but under another hypothesis",
    null,
    [
      { words: "a is bad", repair: "the secret is good" },
      { words: "b is c", repair: null },
    ],
    [],
    [
      "3 hypotheses agree with all that was seen:",
      "- where a is bad, it heals when the secret is good",
      "- not explained where b is c, either",
    ],
  ],
] as const)("says what an answer rests on: %s", (_, repair, agreeing, left, lines) => {
  expect(contrastWords(repair, { agreeing, left, budget: 8 })).toEqual(lines);
});
