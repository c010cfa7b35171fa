import type { RunResult } from "./model.ts";
import { byVerdict } from "./releases.ts";

/** `6 runs: 4 reproduced, 1 healthy, 1 unsupported; 2 claims held, 0 contradicted`; without claims, nothing after the semicolon. */
export function summaryWords(results: readonly RunResult[]): string {
  const verdicts = byVerdict(results).map(({ words, runs }) => `${runs.length} ${words}`);
  const runs = `${results.length} ${results.length === 1 ? "run" : "runs"}${verdicts.length === 0 ? "" : `: ${verdicts.join(", ")}`}`;
  const held = results.filter(({ claim }) => claim === "held").length;
  const contradicted = results.filter(({ claim }) => claim === "contradicted").length;
  const leaks = results.reduce((sum, { observation }) => sum + observation.leaks.length, 0);
  const claims = held + contradicted === 0 ? "" : `; ${held} ${held === 1 ? "claim" : "claims"} held, ${contradicted} contradicted`;
  return `${runs}${claims}${leaks === 0 ? "" : `; ${leaks} ${leaks === 1 ? "leak" : "leaks"}`}`;
}
