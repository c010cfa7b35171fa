import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decide, type ConditionData } from "./data.ts";
import type { Fields } from "./operator.ts";
import { conditionData } from "./table.ts";

test("a condition as data names its records, fields and operators", () => {
  expect(
    conditionData({
      path: "step[0].reproduced.final.count",
      kind: "final",
      match: { index: ["private"], url: ["/simple/"], status: [401, 403], range: false },
      quantifier: "count",
      count: { min: 2, max: Number.MAX_SAFE_INTEGER },
    }),
  ).toEqual({
    path: "step[0].reproduced.final.count",
    source: "request",
    selects: [
      { field: "final", operator: "is", values: [true] },
      { field: "index", operator: "is", values: ["private"] },
      { field: "url", operator: "part", values: ["/simple/"] },
      { field: "range", operator: "present", values: [false] },
    ],
    holds: [{ field: "status", operator: "is", values: [401, 403] }],
    quantifier: "count",
    min: 2,
    max: null,
  });
  expect(conditionData({ path: "p", kind: "exit", exit: "nonzero" }).holds).toEqual([{ field: "exit", operator: "not", values: [0] }]);
  expect(conditionData({ path: "p", kind: "stderr", text: { lacks: ["two\n  lines"] } }).holds).toEqual([
    { field: "text", operator: "lacks", values: ["two lines"] },
  ]);
});

const data: fc.Arbitrary<ConditionData> = fc
  .record({
    quantifier: fc.constantFrom("any" as const, "none" as const, "every" as const, "count" as const),
    selected: fc.boolean(),
    min: fc.nat({ max: 2 }),
    more: fc.option(fc.nat({ max: 2 })),
  })
  .map(({ quantifier, selected, min, more }) => ({
    path: "p",
    source: "file",
    selects: selected ? [{ field: "a", operator: "is", values: [1] }] : [],
    holds: [{ field: "b", operator: "is", values: [1] }],
    quantifier,
    min,
    max: more === null ? null : min + more,
  }));
const value = fc.constantFrom(0, 1, null);
const record = fc.record({ a: value, b: value });

test("what could not be seen never makes a condition hold that would not hold with every value there", () => {
  fc.assert(
    fc.property(data, fc.array(record, { maxLength: 3 }), fc.subarray([0, 1, 2, 3, 4, 5]), (condition, records, hidden) => {
      const seen = records.map((fields, at): Fields => ({
        ...(!hidden.includes(2 * at) && { a: fields.a }),
        ...(!hidden.includes(2 * at + 1) && { b: fields.b }),
      }));
      const worlds = seen.reduce<Fields[][]>(
        (all, fields) => all.flatMap((world) => completions(fields).map((one) => [...world, one])),
        [[]],
      );
      expect(decide(condition, seen)).toBe(worlds.every((world) => decide(condition, world)));
    }),
  );
});

/** All records that look so where only that can be seen. */
function completions(fields: Fields): Fields[] {
  const of = (name: string) => (fields[name] === undefined ? [0, 1] : [fields[name]]);
  return of("a").flatMap((a) => of("b").map((b) => ({ a, b })));
}
