/** `, about 40 s left`, from the pace so far; empty where nothing is left, or too little was done to tell. */
export function timeLeft(elapsedMs: number, done: number, left: number): string {
  if (left === 0 || done < 5) return "";
  const seconds = Math.max(1, Math.round(((elapsedMs / done) * left) / 1000));
  return seconds < 100 ? `, about ${seconds} s left` : `, about ${Math.round(seconds / 60)} min left`;
}
