import type { RunResult } from "./model.ts";

/** The same for two runs of which the later one stands in the earlier one's place. A binary stays itself whatever it reports. */
export function runKey({ scenario, uv, uvBinary }: Pick<RunResult, "scenario" | "uv" | "uvBinary">): string {
  return JSON.stringify([scenario, uvBinary ?? uv]);
}
