import { readdirSync } from "node:fs";
import path from "node:path";

/**
 * The part of `all` that one of several numbered files tests: `faults-2.test.ts` has every n-th from the second on, where
 * n is the number of such files. Runners are spread by file, so one more file makes each of them shorter.
 */
export function partOf<T>(all: readonly T[], file: string): T[] {
  const { kind, number } = nameOf(file);
  const numbers = readdirSync(path.dirname(file))
    .map(nameOf)
    .filter((other) => other.kind === kind)
    .map((other) => other.number)
    .sort((one, other) => one - other);
  const gap = numbers.findIndex((each, at) => each !== at + 1);
  if (kind === "" || gap !== -1) throw new Error(`the files ${kind}-N.test.ts are not numbered 1, 2, 3, …: ${numbers.join(", ")}`);
  return all.filter((_, at) => at % numbers.length === number - 1);
}

function nameOf(file: string): { readonly kind: string; readonly number: number } {
  const [, kind = "", number = "0"] = /^(.+)-(\d+)\.test\.ts$/.exec(path.basename(file)) ?? [];
  return { kind, number: Number(number) };
}
