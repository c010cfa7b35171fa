import type { Limits } from "./limits.ts";
import { blocks, code, details, table } from "./markdown-text.ts";
import type { RunResult } from "./model.ts";
import { momentWords, outcomeWords, shorten, statusWords, timelineOf, type TimelineEntry, type TimelineLine } from "./timeline.ts";
import { commandLine, stepCommand } from "./command-line.ts";

const LONG_ROWS = 25;
const HEADER = ["time", "what", "URL or arguments", "answer", "index", "credentials", "user", "HTTP"];

/** One table per step: requests and keyring calls on one clock. The last answer to a URL is bold. */
export function timelineTables(run: RunResult, limits: Limits): string {
  const { observation } = run;
  const steps = [-1, ...observation.steps.keys()];
  const tables = steps.map((step) => {
    const entries = timelineOf(observation, step);
    const record = observation.steps[step];
    const name = record === undefined ? "before the first step" : `step ${step + 1}, ${code(stepCommand(record), 120)}`;
    if (entries.length === 0) return step === -1 ? null : `No request and no keyring call in ${name}.`;
    const rows = table(HEADER, shorten(entries, limits.rows).map(row));
    const counts = `${countOf(entries, "request")} and ${countOf(entries, "keyring")}`;
    const heading = `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${counts}`;
    return entries.length <= LONG_ROWS ? blocks(heading, rows) : blocks(heading, details("The time line of this step", rows));
  });
  return blocks(...tables);
}

function countOf(entries: readonly TimelineEntry[], kind: "request" | "keyring"): string {
  const count = entries.filter(({ event }) => event.kind === kind).reduce((sum, { times }) => sum + times, 0);
  const noun = kind === "request" ? "request" : "keyring call";
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function row(line: TimelineLine): string[] {
  if ("leftOut" in line) {
    const total = line.leftOut.reduce((sum, { times }) => sum + times, 0);
    const sorts = line.leftOut.slice(0, 12).map(({ what, times }) => `${times} × ${code(what, 80)}`);
    const more = line.leftOut.length > 12 ? [`${line.leftOut.length - 12} other sorts`] : [];
    return ["…", `${total} left out`, [...sorts, ...more].join(", "), "", "", "", "", ""];
  }
  const time = line.times === 1 ? momentWords(line) : `${momentWords(line)} (${line.times} ×)`;
  if (line.event.kind === "keyring") {
    const { call } = line.event;
    return [time, `keyring (${call.from})`, code(commandLine(call.argv)), code(outcomeWords(call), 80), "", "", "", ""];
  }
  const { request } = line.event;
  const status = request.final ? `**${statusWords(request)}**` : statusWords(request);
  const to = request.location === null ? "" : ` to ${code(request.location)}`;
  const range = request.range === null ? "" : `, ${code(request.range, 40)}`;
  const credentials = request.secret === null ? request.authorization : `${request.authorization} (${code(request.secret, 80)})`;
  return [
    time,
    code(request.method, 20) + range,
    code(request.url),
    status + to,
    request.index === null ? "default" : code(request.index, 60),
    credentials,
    request.user === null ? "" : code(request.user, 60),
    code(request.httpVersion, 8),
  ];
}
