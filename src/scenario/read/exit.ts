import type { ExitExpectation } from "../model.ts";
import type { Path } from "../problem.ts";
import type { RawExit } from "../schema/condition.ts";
import { listed } from "../schema/value.ts";
import type { ReadContext } from "./context.ts";

/** Reads an expected exit status: what a process can give back is 0 to 255. */
export function readExit(context: ReadContext, raw: RawExit, path: Path): ExitExpectation {
  if (raw === "any" || raw === "nonzero") return raw;
  const numbers = listed(raw);
  if (numbers.length === 0) context.problems.error("never-holds", path, "an empty list of alternatives never holds");
  for (const number of numbers) {
    if (number < 0 || number > 255) context.problems.error("never-holds", path, `no exit status is ${number}`);
  }
  return numbers;
}
