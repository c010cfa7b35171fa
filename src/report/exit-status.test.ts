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
  expect(exitStatus(runs.map(([verdict, claim, claimed = null]) => ({ verdict, claim, claimed, evidence: "facts" as const })))).toBe(
    status,
  );
});

test.each([
  ["reproduced", [["reproduced", "none"]], 0],
  ["reproduced", [["healthy", "none"]], 1],
  ["reproduced", [["unresolved", "none"]], 3],
  ["healthy", [["healthy", "contradicted"]], 0],
  [
    "healthy",
    [
      ["healthy", "none"],
      ["unsupported", "none"],
    ],
    0,
  ],
  ["healthy", [["unsupported", "none"]], 3],
  ["healthy", [], 3],
  ["claims", [["reproduced", "held"]], 0],
  ["claims", [["unsupported", "held"]], 0],
  ["claims", [["healthy", "contradicted"]], 1],
  [
    "claims",
    [
      ["reproduced", "held"],
      ["healthy", "none"],
    ],
    3,
  ],
] as const)("expected %s: %j ends with %i", (expected, runs, status) => {
  expect(
    exitStatus(
      runs.map(([verdict, claim]) => ({ verdict, claim, claimed: null, evidence: "facts" as const })),
      expected,
    ),
  ).toBe(status);
});

test("what rests on an exit status alone meets an expectation only where that is said to suffice", () => {
  const runs = [{ verdict: "reproduced", claim: "none", claimed: null, evidence: "exit-status" }] as const;
  expect(exitStatus(runs, "reproduced")).toBe(3);
  expect(exitStatus(runs, "reproduced", { acceptExitStatus: true })).toBe(0);
});

test("where no release that was run knows a step, nothing was judged", () => {
  const unknown = { kind: "unknown-argument", condition: "step[0].run", wanted: "", seen: "" } as const;
  const outside = { kind: "not-supported", condition: null, wanted: "", seen: "" } as const;
  const run = (verdict: "unsupported" | "healthy", reasons: (typeof unknown | typeof outside)[], claim: "none" | "held" = "none") => ({
    scenario: "a",
    verdict,
    claim,
    claimed: claim === "held" ? verdict : null,
    evidence: null,
    reasons,
  });
  const other = { ...run("healthy", []), scenario: "b" };
  expect(exitStatus([run("unsupported", [unknown]), run("unsupported", [outside]), other])).toBe(3);
  expect(exitStatus([run("unsupported", [unknown]), run("healthy", [])])).toBe(0);
  expect(exitStatus([run("unsupported", [unknown], "held")])).toBe(0);
  expect(exitStatus([run("unsupported", [outside])])).toBe(0);
});
