/** `=` and `!`: the release begins, or does not begin, with these numbers. */
type SpecifierTest = readonly [operator: "=" | "!" | "<" | "<=" | ">" | ">=" | "==" | "!=", numbers: readonly number[]];

/**
 * What a release must pass, from a set of specifiers that `notExportable` let through: of plain releases, as PEP 440 has
 * them. Pre-releases of uv are never meant.
 */
export function specifierTests(supported: string): SpecifierTest[] {
  return supported.split(",").flatMap((each) => {
    const [, compare = "", wanted = ""] = /^\s*(~=|[<>=!]=|[<>])\s*(.+?)\s*$/.exec(each) ?? [];
    return wanted === "" ? [] : compared(compare, wanted);
  });
}

function compared(compare: string, wanted: string): SpecifierTest[] {
  const numbers = wanted.replace(/\.\*$/, "").split(".").map(Number);
  if (wanted.endsWith(".*")) return [[compare === "!=" ? "!" : "=", numbers]];
  if (compare === "~=") {
    return [
      ["=", numbers.slice(0, -1)],
      [">=", threeOf(numbers)],
    ];
  }
  return [[compare as SpecifierTest[0], threeOf(numbers)]];
}

/** Releases of uv have three numbers; zeros behind them say nothing. */
function threeOf(numbers: readonly number[]): number[] {
  const padded = [...numbers, 0, 0, 0].slice(0, Math.max(3, numbers.length));
  while (padded.length > 3 && padded.at(-1) === 0) padded.pop();
  return padded;
}
