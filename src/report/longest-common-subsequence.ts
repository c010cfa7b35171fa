/**
 * Pairs of positions of a longest common subsequence of two lists of keys, in order. Of lists that differ in
 * thousands of places only the common beginning and end.
 */
export function longestCommonSubsequence(before: readonly string[], after: readonly string[]): [number, number][] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const shorter = Math.min(before.length, after.length) - head;
  while (tail < shorter && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const middle = matchMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  return [
    ...Array.from({ length: head }, (_, index): [number, number] => [index, index]),
    ...middle.map(([a, b]): [number, number] => [a + head, b + head]),
    ...Array.from({ length: tail }, (_, index): [number, number] => [before.length - tail + index, after.length - tail + index]),
  ];
}

/** 4 million cells are 16 MB and some 20 ms. */
const MOST_CELLS = 4_000_000;

function matchMiddle(before: readonly string[], after: readonly string[]): [number, number][] {
  // Beyond that the order is given up: the caller still pairs equal entries, as moved.
  if (before.length * after.length > MOST_CELLS) return [];
  const columns = after.length + 1;
  // lengths[i * columns + j]: the longest for before[i…] and after[j…].
  const lengths = new Uint32Array((before.length + 1) * columns);
  const at = (i: number, j: number): number => lengths[i * columns + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * columns + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < before.length && j < after.length;) {
    if (before[i] === after[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
