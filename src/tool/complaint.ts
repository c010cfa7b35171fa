import type { ProcessResult } from "../observation/process.ts";

const LINES = 12;
const LONGEST_LINE = 600;

/** The end of what a tool said went wrong, without the credentials that a mirror's URL may hold. */
export function complaintOf(result: ProcessResult): string {
  if (result.spawnError !== null) return result.spawnError;
  if (result.timedOut) return `still running after ${Math.round(result.durationMs / 1000)} s`;
  const text = result.stderr.trim() === "" ? result.stdout : result.stderr;
  // pip tells of the network in a warning only.
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !/^\s*warning:(?! Retrying)/i.test(line));
  const told = lines
    .slice(-LINES)
    // pip lists every release that there is.
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line))
    .join("\n")
    .replaceAll(/\/\/[^/\s@]+@/g, "//***@");
  return told === "" ? `ended with ${result.signal ?? `exit status ${result.exit}`}` : told;
}

/** Whether a tool failed because it could not reach its index; both say so in several ways. */
export function blamesTheNetwork(result: ProcessResult): boolean {
  return (
    result.timedOut ||
    /failed to fetch|error sending request|could not connect|connection (?:refused|reset|broken|error|failed)|retrying \(|timed out|dns error|name resolution|network connectivity|proxyerror|sslerror|UV_OFFLINE|network was disabled/i.test(
      result.stderr + result.stdout,
    )
  );
}
