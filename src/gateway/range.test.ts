import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseRange } from "./range.ts";

test("one range, from either end", () => {
  const asked = [
    "bytes=0-3",
    "bytes=4-",
    "bytes=-3",
    "bytes=-99",
    "bytes=8-99",
    "bytes=10-",
    "bytes=-0",
    "bytes=5-4",
    "bytes=0-1,4-5",
    "items=0-1",
    "",
  ];
  expect(Object.fromEntries(asked.map((header) => [header, parseRange(header, 10)]))).toMatchInlineSnapshot(`
    {
      "": null,
      "bytes=-0": "unsatisfiable",
      "bytes=-3": {
        "size": 3,
        "start": 7,
      },
      "bytes=-99": {
        "size": 10,
        "start": 0,
      },
      "bytes=0-1,4-5": null,
      "bytes=0-3": {
        "size": 4,
        "start": 0,
      },
      "bytes=10-": "unsatisfiable",
      "bytes=4-": {
        "size": 6,
        "start": 4,
      },
      "bytes=5-4": null,
      "bytes=8-99": {
        "size": 2,
        "start": 8,
      },
      "items=0-1": null,
    }
  `);
});

test("any range lies within the file, and any header is read", () => {
  const header = fc.oneof(
    fc.string(),
    fc.tuple(fc.option(fc.nat(50)), fc.option(fc.nat(50))).map(([from, to]) => `bytes=${from ?? ""}-${to ?? ""}`),
  );
  fc.assert(
    fc.property(header, fc.nat(40), (text, size) => {
      const range = parseRange(text, size);
      const inside =
        range === null || range === "unsatisfiable" || (range.size > 0 && range.start >= 0 && range.start + range.size <= size);
      expect(inside).toBe(true);
    }),
  );
});
