import { expect, test } from "vitest";
import { exitStatus } from "./exit-status.ts";

test.each([
  [
    "all claims held",
    [
      ["reproduced", "held"],
      ["healthy", "held"],
    ],
    0,
  ],
  [
    "no claims, every run judged",
    [
      ["reproduced", "none"],
      ["healthy", "none"],
    ],
    0,
  ],
  ["unsupported alone is no failure", [["unsupported", "none"]], 0],
  ["unresolved as claimed", [["unresolved", "held"]], 0],
  [
    "an unresolved run remains",
    [
      ["reproduced", "held"],
      ["unresolved", "none"],
    ],
    3,
  ],
  [
    "a claim was contradicted",
    [
      ["healthy", "contradicted"],
      ["reproduced", "held"],
    ],
    1,
  ],
  [
    "contradicted wins over unresolved",
    [
      ["unresolved", "none"],
      ["healthy", "contradicted"],
    ],
    1,
  ],
  ["a claim that a run could not be compared with stays open", [["reproduced", "none", "healthy"]], 3],
  ["nothing was run", [], 3],
] as const)("%s", (_, runs, status) => {
  expect(exitStatus(runs.map(([verdict, claim, claimed = null]) => ({ verdict, claim, claimed })))).toBe(status);
});
