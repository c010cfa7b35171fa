import { expect, it } from "vitest";
import { severalTimes } from "./several-times.ts";

it.each([
  ["in turn", 1],
  ["at once", 3],
] as const)("runs %s: at most %i beside each other", async (how, most) => {
  let [running, peak, count] = [0, 0, 0];
  const results = await severalTimes(
    3,
    async () => {
      peak = Math.max(peak, (running += 1));
      await new Promise((resolve) => void setImmediate(resolve));
      running -= 1;
      return (count += 1);
    },
    how,
  );
  expect([results, peak]).toEqual([[1, 2, 3], most]);
});
