import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { includesAll, keyOf, type Axis, type Factor } from "./axis.ts";
import { explore, type ExploreProbe } from "./search.ts";

const axes: Axis[] = [
  { name: "env", options: ["none", "UV_INDEX", "stale"] },
  { name: "login", options: ["host", "index-url"] },
  { name: "lock", options: ["absent", "present"] },
  { name: "cache", options: ["cold", "warm", "off"] },
];
const all: Factor[] = axes.flatMap((axis) => axis.options.slice(1).map((option) => ({ axis: axis.name, option })));

/** Fails exactly where one of the causes holds. */
const world =
  (causes: readonly (readonly Factor[])[]): ExploreProbe =>
  async (factors) => {
    const failing = causes.some((cause) => includesAll(factors, cause));
    return { verdict: failing ? "reproduced" : "healthy", signature: failing ? "401" : "200" };
  };

const search = (probe: ExploreProbe, more: { budget?: number; failing?: Factor[][] } = {}) =>
  explore({ axes, probe, depth: 2, budget: more.budget ?? 500, parallel: 3, ...(more.failing ? { failing: more.failing } : {}) });

describe("explore", () => {
  it("finds a single factor and proves it by the run without it", async () => {
    const found = await search(world([[all[0] as Factor]]));
    expect(found.causes).toEqual([
      {
        factors: [{ axis: "env", option: "UV_INDEX" }],
        necessary: [
          { factor: { axis: "env", option: "UV_INDEX" }, without: { factors: [], verdict: "healthy", signature: "200" }, proven: true },
        ],
      },
    ]);
  });

  it("finds exactly the smallest causes, singles and pairs, whatever they are", async () => {
    const factor = fc.constantFrom(...all);
    const cause = fc.uniqueArray(factor, { minLength: 1, maxLength: 2, selector: (each) => each.axis });
    await fc.assert(
      fc.asyncProperty(fc.array(cause, { minLength: 1, maxLength: 4 }), async (causes) => {
        const found = await search(world(causes));
        const smallest = causes.filter((one) => !causes.some((other) => other.length < one.length && includesAll(one, other)));
        expect(new Set(found.causes.map((each) => keyOf(axes, each.factors)))).toEqual(new Set(smallest.map((each) => keyOf(axes, each))));
        expect(found.causes.every((each) => each.necessary.every((proof) => proof.proven))).toBe(true);
        const asked = found.samples.map((sample) => keyOf(axes, sample.factors));
        expect(new Set(asked).size).toBe(asked.length);
      }),
    );
  });

  it("reduces a failing set that is larger than the depth", async () => {
    const three = [all[0], all[2], all[3]] as Factor[];
    const found = await search(world([three]), { failing: [[...three, all[5] as Factor]] });
    expect(found.causes.map((each) => each.factors)).toEqual([three]);
  });

  it("does not call a factor proven where the run without it was unresolved", async () => {
    const found = await search(async (factors) => ({ verdict: factors.length === 1 ? "reproduced" : "unresolved", signature: "" }));
    expect(found.causes.flatMap((each) => each.necessary.map((proof) => proof.proven))).not.toContain(true);
  });

  it("leaves out, and counts, combinations whose options undo each other", async () => {
    const cause = [all[0], all[2]] as Factor[];
    const isConflicting = (factors: readonly Factor[]) => includesAll(factors, cause);
    const found = await explore({ axes, probe: world([cause]), depth: 2, budget: 500, parallel: 3, isConflicting });
    expect([found.causes, found.conflicting]).toEqual([[], 1]);
  });

  it("says when the budget ran out", async () => {
    const found = await search(world([]), { budget: 5 });
    expect(found.exhausted).toBe(true);
    expect(found.samples).toHaveLength(5);
  });

  it("names the starting point itself where that fails already", async () => {
    const found = await search(world([[]]));
    expect(found.causes).toEqual([{ factors: [], necessary: [] }]);
  });
});
