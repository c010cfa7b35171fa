import { neverExit } from "../../condition/exit.ts";
import type { ExitExpectation } from "../model.ts";
import type { Path } from "../problem.ts";
import type { RawExit } from "../../condition/schema.ts";
import { listed } from "../schema/value.ts";
import type { ReadContext } from "./context.ts";

/** Reads an expected exit status. */
export function readExit(context: ReadContext, raw: RawExit, path: Path): ExitExpectation {
  if (raw === "any" || raw === "nonzero") return raw;
  const numbers = listed(raw);
  if (numbers.length === 0) context.problems.error("never-holds", path, "an empty list of alternatives never holds");
  for (const number of numbers) {
    const never = neverExit(number);
    if (never !== null) context.problems.error("never-holds", path, never.message);
  }
  return numbers;
}
