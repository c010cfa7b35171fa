import { oneLine } from "../observation/visible-text.ts";

/**
 * A function that tells whether the scenario is about a release, from a set of specifiers that `notExportable` let
 * through: of plain releases, as PEP 440 has them. Pre-releases of uv are never meant.
 */
export function supportsSource(supported: string): string {
  const tests = supported.split(",").flatMap((each) => {
    const [, compare = "", wanted = ""] = /^\s*(~=|[<>=!]=|[<>])\s*(.+?)\s*$/.exec(each) ?? [];
    return wanted === "" ? [] : [compared(compare, wanted)];
  });
  return `def supports(version):  # ${oneLine(supported)}
    match = re.fullmatch(r"(\\d+)\\.(\\d+)\\.(\\d+)(?:\\+.*)?", version)
    release = match and tuple(map(int, match.groups()))
    return bool(match) and ${tests.join(" and ") || "True"}`;
}

function compared(compare: string, wanted: string): string {
  const numbers = wanted.replace(/\.\*$/, "").split(".").map(Number);
  const alike = `release[:${numbers.length}] ==`;
  if (wanted.endsWith(".*")) return compare === "!=" ? `not ${alike} ${tuple(numbers)}` : `${alike} ${tuple(numbers)}`;
  if (compare === "~=") {
    const stem = numbers.slice(0, -1);
    return `release[:${stem.length}] == ${tuple(stem)} and release >= ${tuple(threeOf(numbers))}`;
  }
  return `release ${compare} ${tuple(threeOf(numbers))}`;
}

/** Releases of uv have three numbers; zeros behind them say nothing. */
function threeOf(numbers: readonly number[]): number[] {
  const padded = [...numbers, 0, 0, 0].slice(0, Math.max(3, numbers.length));
  while (padded.length > 3 && padded.at(-1) === 0) padded.pop();
  return padded;
}

function tuple(numbers: readonly number[]): string {
  return numbers.length === 1 ? `(${numbers[0]},)` : `(${numbers.join(", ")})`;
}
