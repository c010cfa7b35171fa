import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Fault } from "../scenario/model.ts";
import { planFaults, type Purpose } from "./fault.ts";

function faultOf(changes: Partial<Fault & { kind: "status" }>): Fault {
  return { kind: "status", for: "any", when: "always", status: 500, retryAfterSeconds: null, ...changes };
}

/** `x` where struck. */
function pattern(faults: readonly Fault[], purposes: readonly Purpose[]): string {
  const plan = planFaults(faults);
  return purposes.map((purpose) => (plan.strike(purpose, "/simple/") === null ? "." : "x")).join("");
}

const six: readonly Purpose[] = ["page", "file", "page", "file", "other", "page"];

test("a fault counts the requests that it is for", () => {
  expect({
    always: pattern([faultOf({})], six),
    pages: pattern([faultOf({ for: "pages" })], six),
    files: pattern([faultOf({ for: "files" })], six),
    "second page": pattern([faultOf({ for: "pages", when: { nth: 2 } })], six),
    "from the second file": pattern([faultOf({ for: "files", when: { from: 2 } })], six),
    third: pattern([faultOf({ when: { nth: 3 } })], six),
  }).toMatchInlineSnapshot(`
    {
      "always": "xxxxxx",
      "files": ".x.x..",
      "from the second file": "...x..",
      "pages": "x.x..x",
      "second page": "..x...",
      "third": "..x...",
    }
  `);
});

test("the first that strikes wins, and the others count on", () => {
  const first = faultOf({ status: 500, when: { nth: 1 } });
  const second = faultOf({ status: 429, when: { from: 2 } });
  const plan = planFaults([first, second]);
  expect([plan.strike("page", "/simple/"), plan.strike("page", "/simple/"), plan.strike("page", "/simple/")]).toEqual([
    first,
    second,
    second,
  ]);
});

test("a rate gives the same pattern for the same seed, near to the rate", () => {
  const many: Purpose[] = Array<Purpose>(2_000).fill("page");
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, rate) => {
      const faults = [faultOf({ when: { rate, seed } })];
      const once = pattern(faults, many);
      const struck = once.split("x").length - 1;
      return pattern(faults, many) === once && Math.abs(struck / many.length - rate) < 0.08;
    }),
    { numRuns: 40 },
  );
  expect(pattern([faultOf({ when: { rate: 0.5, seed: 1 } })], six)).toMatchInlineSnapshot(`".x...x"`);
  expect(pattern([faultOf({ when: { rate: 0.5, seed: 2 } })], six)).toMatchInlineSnapshot(`".xx..."`);
});

test("a path keeps a fault to one package, version or file", () => {
  const plan = planFaults([faultOf({ path: "*acme_lib-1.1.0*", when: { nth: 2 } }), faultOf({ path: "/simple/other/", for: "pages" })]);
  const asked = ["/simple/acme_lib-1.1.0.tar.gz", "/simple/acme_lib-1.0.0.tar.gz", "/x/acme_lib-1.1.0-py3-none-any.whl"];
  expect(asked.map((path) => plan.strike("file", path) !== null)).toEqual([false, false, true]);
  expect([plan.strike("page", "/a/simple/other/"), plan.strike("page", "/a/simple/others/")].map((fault) => fault !== null)).toEqual([
    true,
    false,
  ]);
});
