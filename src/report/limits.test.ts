import { expect, test, vi } from "vitest";
import { fitReport, type Limits } from "./limits.ts";

test("a text with no logs is rendered twice: to find that it fits, and with room for all of them", () => {
  const render = vi.fn<(limits: Limits) => string>(() => "short");
  expect(fitReport(render, 100)).toBe("short");
  expect(render).toHaveBeenCalledTimes(2);
});

test("of a log that does not fit whole, nearly as much is shown as there is room for", () => {
  const text = fitReport(({ log }) => "x".repeat(Math.min(log, 50_000)), 10_000);
  expect(text.length).toBeLessThanOrEqual(10_000);
  expect(text.length).toBeGreaterThan(9_800);
});
