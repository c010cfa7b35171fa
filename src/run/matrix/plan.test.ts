import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { LoadedScenario } from "../load-scenarios.ts";
import { shardCells } from "./plan.ts";

const cellsOf = (scenarios: number, releases: number) =>
  Array.from({ length: scenarios * releases }, (_, n) => ({
    scenario: { file: `${Math.floor(n / releases)}.toml` } as LoadedScenario,
    uv: `0.9.${n % releases}`,
  }));

test("every run is in exactly one part, in the order of all", () => {
  fc.assert(
    fc.property(fc.nat(12), fc.nat(40), fc.integer({ min: 1, max: 24 }), (scenarios, releases, count) => {
      const cells = cellsOf(scenarios, releases);
      const parts = Array.from({ length: count }, (_, part) => shardCells(cells, { index: part + 1, count }));
      expect(parts.flat().length).toBe(cells.length);
      expect(cells.every((cell) => parts.filter((part) => part.includes(cell)).length === 1)).toBe(true);
      for (const part of parts) expect(part).toEqual(cells.filter((cell) => part.includes(cell)));
    }),
    { numRuns: 200 },
  );
});

test("where there are enough releases, no two machines fetch the same one, and each gets about as many", () => {
  const cells = cellsOf(100, 333);
  const parts = Array.from({ length: 20 }, (_, part) => new Set(shardCells(cells, { index: part + 1, count: 20 }).map(({ uv }) => uv)));
  expect(parts.map(({ size }) => size).toSorted((a, b) => a - b)).toEqual([...Array(7).fill(16), ...Array(13).fill(17)]);
  expect(new Set(parts.flatMap((part) => [...part])).size).toBe(333);
});
