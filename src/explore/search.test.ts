import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combinationCount, includesAll, keyOf, type Axis, type Factor } from "./axis.ts";
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
        reduced: true,
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
    const pair = [all[0], all[2]] as Factor[];
    const verdicts = ["healthy", "unresolved", "reproduced"] as const;
    const found = await search(async ({ length }) => ({ verdict: verdicts[length] ?? "healthy", signature: "" }), { failing: [pair] });
    expect(found.causes).toHaveLength(1);
    expect(found.causes.flatMap((each) => each.necessary.map((proof) => proof.proven))).not.toContain(true);
  });

  it("leaves out, and counts, combinations whose options override each other", async () => {
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
    expect(found.causes).toEqual([{ factors: [], necessary: [], reduced: true }]);
  });

  it("proves a factor where the symptom is gone without it, though another step fails", async () => {
    const probe: ExploreProbe = async ({ length }) =>
      length === 2
        ? { verdict: "reproduced", signature: "401" }
        : { verdict: length === 0 ? "healthy" : "unresolved", signature: "", symptomGone: true };
    const found = await search(probe, { failing: [[all[0], all[2]] as Factor[]] });
    expect(found.causes[0]?.necessary.map(({ proven }) => proven)).toEqual([true, true]);
  });

  it("stops at a starting point without a verdict", async () => {
    const found = await search(async () => ({ verdict: "unresolved", signature: "", reason: "neither" }));
    expect([found.stopped, found.samples.length, found.start?.reason]).toEqual([true, 1, "neither"]);
  });

  it("names a set that failed though the budget does not suffice to reduce it", async () => {
    const found = await search(world([[all[0] as Factor]]), { budget: 2, failing: [[all[0], all[2]] as Factor[]] });
    expect(found.causes).toEqual([{ factors: [all[0], all[2]], necessary: [], reduced: false }]);
  });

  it("drops an axis whose options all come to no verdict, and tells which options change nothing", async () => {
    const probe: ExploreProbe = async (factors) => {
      const lost = factors.some(({ axis }) => axis === "login");
      return lost ? { verdict: "unresolved", signature: "?", reason: "no login" } : { verdict: "healthy", signature: "200" };
    };
    const found = await search(probe);
    expect(found.dropped).toEqual([{ axis: "login", reason: "no login" }]);
    expect(found.samples.filter(({ factors }) => factors.some(({ axis }) => axis === "login"))).toHaveLength(1);
    expect(found.unchanged).toHaveLength(5);
  });

  it("makes combinations one by one: ten axes of five options at depth five take no longer than their budget", async () => {
    const many = Array.from({ length: 10 }, (_, at): Axis => ({ name: `a${at}`, options: ["0", "1", "2", "3", "4"] }));
    const found = await explore({ axes: many, probe: world([]), depth: 5, budget: 500, parallel: 2 });
    expect([found.samples.length, found.exhausted]).toEqual([500, true]);
    expect(combinationCount(many, 5)).toBe(1 + 40 + 720 + 7680 + 53760 + 258048);
  });

  it("ends with what was found when it is interrupted", async () => {
    const controller = new AbortController();
    const cause = all[1] as Factor;
    const probe: ExploreProbe = async (factors) => {
      controller.signal.throwIfAborted();
      if (factors.some(({ axis }) => axis === "lock")) controller.abort();
      return world([[cause]])(factors);
    };
    const found = await explore({ axes, probe, depth: 3, budget: 500, parallel: 1, signal: controller.signal });
    expect([found.interrupted, found.causes.map(({ factors }) => factors)]).toEqual([true, [[cause]]]);
  });
});
