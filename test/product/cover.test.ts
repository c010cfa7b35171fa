import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Candidate, chooseCover } from "./cover.ts";

const groups = fc.array(
  fc.array(fc.record({ name: fc.string(), covers: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f", "g")) }), {
    minLength: 1,
    maxLength: 4,
  }),
  { maxLength: 6 },
);
const parts = (chosen: readonly Candidate[]): string[] => [...new Set(chosen.flatMap(({ covers }) => covers))].sort();

describe("a choice", () => {
  it("covers what all of them cover, and has one of each group", () => {
    fc.assert(
      fc.property(groups, (all) => {
        const chosen = chooseCover(all);
        expect(parts(chosen)).toEqual(parts(all.flat()));
        expect(all.filter((group) => !group.some((each) => chosen.includes(each)))).toEqual([]);
        expect(chooseCover(all)).toEqual(chosen);
      }),
    );
  });

  it("takes nothing that adds nothing", () => {
    const one = { name: "one", covers: ["a"] };
    const two = { name: "two", covers: ["a", "b"] };
    const three = { name: "three", covers: ["b"] };
    expect(chooseCover([[one, two, three]])).toEqual([two]);
  });

  it("takes turns where nothing new is left to cover", () => {
    const group = (number: number): Candidate[] => ["a", "b"].map((part) => ({ name: `${part}${number}`, covers: [part] }));
    expect(chooseCover([1, 2, 3, 4].map(group)).map(({ name }) => name)).toEqual(["a1", "b2", "a3", "b4"]);
  });
});
