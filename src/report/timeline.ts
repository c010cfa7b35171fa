import type { KeyringRecord, Observation, RequestRecord, StepRecord } from "../observation/model.ts";

/** One line of a time line: a request or a keyring call, and how many equal ones followed it at once. */
export interface TimelineEntry {
  readonly event: TimelineEvent;
  /** Milliseconds since the step began. */
  readonly offsetMs: number;
  /** 1, or the length of a run of entries that differ in nothing but time. */
  readonly times: number;
  /** When the last of the run took place; equal to `offsetMs` where `times` is 1. */
  readonly lastOffsetMs: number;
}

export type TimelineEvent =
  | { readonly kind: "request"; readonly request: RequestRecord }
  | { readonly kind: "keyring"; readonly call: KeyringRecord };

/** What stands in a shortened time line: an entry, or how many of which sort were left out. */
export type TimelineLine = TimelineEntry | { readonly leftOut: readonly { readonly what: string; readonly times: number }[] };

/** Requests and keyring calls of one step in the order in which they happened. Step −1: before the first. */
export function timelineOf(observation: Observation, step: number): TimelineEntry[] {
  const start = observation.steps[step]?.startedAt ?? 0;
  const events = [
    ...observation.requests
      .filter((request) => request.step === step)
      .map((request) => ({ kind: "request" as const, request, at: request.at })),
    ...observation.keyring.filter((call) => call.step === step).map((call) => ({ kind: "keyring" as const, call, at: call.at })),
  ].sort((a, b) => a.at - b.at);
  const origin = observation.steps[step] === undefined ? (events[0]?.at ?? 0) : start;
  const entries: TimelineEntry[] = [];
  for (const { at, ...event } of events) {
    const previous = entries.at(-1);
    const offsetMs = Math.round(at - origin);
    if (previous !== undefined && looks(previous.event) === looks(event)) {
      // The later event stands for the run: of equal answers only the last is final.
      entries[entries.length - 1] = { ...previous, event, times: previous.times + 1, lastOffsetMs: offsetMs };
    } else entries.push({ event, offsetMs, times: 1, lastOffsetMs: offsetMs });
  }
  return entries;
}

/** At most `limit` entries (from 2 on), the first and the last; what is left out between them is counted by sort. */
export function shorten(entries: readonly TimelineEntry[], limit: number): TimelineLine[] {
  if (entries.length <= limit) return [...entries];
  const head = Math.ceil(limit / 2);
  const tail = entries.length - (limit - head);
  const counts = new Map<string, number>();
  for (const { event, times } of entries.slice(head, tail)) counts.set(sort(event), (counts.get(sort(event)) ?? 0) + times);
  const leftOut = [...counts].map(([what, times]) => ({ what, times }));
  return [...entries.slice(0, head), { leftOut }, ...entries.slice(tail)];
}

/** How an entry's moment is written: `+12 ms`, or `+12 … +480 ms` for a run. */
export function momentWords({ offsetMs, lastOffsetMs }: TimelineEntry): string {
  return lastOffsetMs === offsetMs ? `+${offsetMs} ms` : `+${offsetMs} … +${lastOffsetMs} ms`;
}

/** What came of a keyring call: `raised NoKeyringError`, `exit 0`, `unfinished`. */
export function outcomeWords(call: Pick<KeyringRecord, "raised" | "exit" | "finished">): string {
  if (!call.finished) return "unfinished";
  return call.raised === null ? `exit ${call.exit ?? "unknown"}` : `raised ${call.raised}`;
}

/** What came of a request: its status, or `no answer`. */
export function statusWords({ status }: Pick<RequestRecord, "status">): string {
  return status === 0 ? "no answer" : String(status);
}

/** How a step ended: `exit 2 after 120 ms`, `killed by SIGKILL after 60000 ms (timed out)`. */
export function endWords({ exit, signal, timedOut, durationMs }: StepRecord): string {
  const end = exit === null ? `killed by ${signal ?? "a signal"}` : `exit ${exit}`;
  return `${end} after ${Math.round(durationMs)} ms${timedOut ? " (timed out)" : ""}`;
}

function sort(event: TimelineEvent): string {
  if (event.kind === "keyring") return `keyring (${event.call.from}) ${outcomeWords(event.call)}`;
  return `${event.request.method} ${statusWords(event.request)} ${event.request.authorization}`;
}

/** All that a line shows but the time, and not which of a run was final. */
function looks(event: TimelineEvent): string {
  if (event.kind === "keyring") {
    const { from, argv, raised, exit, finished } = event.call;
    return JSON.stringify(["keyring", from, argv, raised, exit, finished]);
  }
  const { method, url, status, index, user, authorization, secret, httpVersion, range, location, reason } = event.request;
  return JSON.stringify(["request", method, url, status, index, user, authorization, secret, httpVersion, range, location, reason]);
}
