/** Does the same several times, each after the one before it or all at once. */
export async function severalTimes<Result>(count: number, run: () => Promise<Result>, how: "in turn" | "at once"): Promise<Result[]> {
  if (how === "at once") return Promise.all(Array.from({ length: count }, run));
  const results: Result[] = [];
  while (results.length < count) results.push(await run());
  return results;
}
