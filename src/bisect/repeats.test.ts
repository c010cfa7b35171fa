import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Verdict } from "../observation/model.ts";
import type { Probe } from "./model.ts";
import { countVerdicts, repeatStatement, runRepeatedly, settle, verdictWords } from "./repeats.ts";

const probe = (...verdicts: Verdict[]): Probe => settle("0.9.5", { verdicts });

test("repeats that agree are that verdict; those that differ are none", () => {
  expect(
    [
      probe("healthy"),
      probe("healthy", "healthy", "healthy"),
      probe("reproduced", "reproduced", "healthy"),
      probe("reproduced", "unresolved"),
    ].map(verdictWords),
  ).toMatchInlineSnapshot(`
    [
      "healthy",
      "healthy (3 of 3)",
      "unresolved (flaky: reproduced 2 of 3, healthy 1 of 3)",
      "unresolved (flaky: reproduced 1 of 2, unresolved 1 of 2)",
    ]
  `);
  expect(() => probe()).toThrow(/gave no verdict/);
});

test("once two repeats differ, five say enough", async () => {
  const run = (verdicts: Verdict[]) => (): Promise<Verdict> => Promise.resolve(verdicts.shift() ?? "unresolved");
  const lengths = async (verdicts: Verdict[], repeat: number): Promise<number> =>
    (await runRepeatedly(run(verdicts), { repeat, whenFlaky: 5 })).verdicts.length;
  const R = "reproduced";
  const H = "healthy";
  expect(await lengths([R, R, R, R, R, R], 1)).toBe(1);
  expect(await lengths([R, R, R, H], 3)).toBe(3);
  expect(await lengths([R, H, R, R, R, R], 2)).toBe(5);
  expect(await lengths([R, R, R, H, R, R, R, R], 8)).toBe(5);
  expect(await lengths([R, R, R, R, R, R, H, R], 8)).toBe(7);
});

test("counts leave out what did not occur, and add up", () => {
  expect(countVerdicts(["healthy", "reproduced", "healthy"])).toEqual({ reproduced: 1, healthy: 2 });
  fc.assert(
    fc.property(fc.array(fc.constantFrom<Verdict>("reproduced", "healthy", "unresolved", "unsupported")), (verdicts) => {
      expect(Object.values(countVerdicts(verdicts)).reduce((sum, count) => sum + count, 0)).toBe(verdicts.length);
    }),
  );
});

test("a probability stands only with its model, and only where releases were repeated", () => {
  expect(repeatStatement([probe("healthy"), probe("reproduced")])).toBeNull();
  const unanimous = repeatStatement([probe("healthy", "healthy", "healthy"), probe("reproduced", "reproduced", "reproduced")]);
  expect(unanimous?.text).toMatchInlineSnapshot(
    `"if repeats are independent, and one release shows each verdict at a constant rate: 3 equal repeats leave a 5 % chance that another verdict comes in 63 % of the runs or more"`,
  );
  const flaky = repeatStatement([probe("healthy", "healthy", "healthy"), probe("reproduced", "healthy", "healthy", "healthy")]);
  expect(flaky?.text).toMatchInlineSnapshot(
    `"if repeats are independent, and one release shows each verdict at a constant rate: what came in 25 % of the runs of flaky releases is missed by 3 repeats with a chance of 42 %"`,
  );
  expect(flaky?.missed).toBeCloseTo(0.75 ** 3);
  const single = repeatStatement([probe("healthy"), probe("reproduced", "healthy", "healthy", "healthy")]);
  expect(single?.text).toContain("what came in 25 % of the runs of flaky releases is missed by a single run with a chance of 75 %");
});

test("the chance of missing a rate falls with every repeat", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), (repeats) => {
      const same = (count: number): Probe => probe(...Array.from({ length: count }, (): Verdict => "healthy"));
      const flaky = probe("reproduced", "healthy", "healthy");
      const [fewer, more] = [repeatStatement([same(repeats), flaky]), repeatStatement([same(repeats + 1), flaky])];
      expect(more?.missed).toBeLessThan(fewer?.missed ?? 0);
    }),
  );
});
