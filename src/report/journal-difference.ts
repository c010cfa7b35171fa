import type { Observation } from "../observation/model.ts";
import { longestCommonSubsequence } from "./longest-common-subsequence.ts";
import { commandLine } from "./command-line.ts";
import { outcomeWords, statusWords, type TimelineEvent } from "./timeline.ts";

/** What differs between two runs in one step. Steps without a difference are left out. */
export interface StepDifference {
  /** Counts from 0; −1: before the first step. */
  readonly step: number;
  readonly command: string;
  /** Set where the exit differs; `null` within: killed or not run. */
  readonly exit: { readonly before: number | null; readonly after: number | null } | null;
  readonly changes: readonly JournalChange[];
  /** Entries that came in another order only; requests run side by side, so this is rarely a finding. */
  readonly moved: number;
}

/** An entry in words: what was asked, and what came of it. `times` counts equal neighbours. */
export type JournalChange =
  | { readonly kind: "vanished" | "appeared"; readonly what: string; readonly outcome: string; readonly times: number }
  | { readonly kind: "changed"; readonly what: string; readonly before: string; readonly after: string; readonly times: number };

interface Entry {
  /** What was asked: `GET https://…`, `keyring get https://… USER`. */
  readonly what: string;
  /** What came of it: `401 with user-only`, `the venv's keyring, raised NoKeyringError`. */
  readonly outcome: string;
  readonly key: string;
}

/**
 * Which requests and keyring calls appeared, vanished or changed (status, credentials, whose keyring, exception), which
 * secrets were written in the clear and which files that a condition asks for were there, between two runs of one
 * scenario. Aligned step by step by the longest common subsequence over entries without
 * time, HTTP version and loopback port, which differ between runs that mean the same.
 */
export function journalDifference(before: Observation, after: Observation): StepDifference[] {
  const count = Math.max(before.steps.length, after.steps.length);
  const differences: StepDifference[] = [];
  for (let step = -1; step < count; step++) {
    const records = [before.steps[step], after.steps[step]];
    const exits = { before: records[0]?.exit ?? null, after: records[1]?.exit ?? null };
    const { changes, moved } = compareEntries(entriesOf(before, step), entriesOf(after, step));
    if (changes.length === 0 && exits.before === exits.after) continue;
    const argv = records.find((record) => record !== undefined)?.argv ?? [];
    differences.push({ step, command: commandLine(argv), exit: exits.before === exits.after ? null : exits, changes, moved });
  }
  return differences;
}

function entriesOf(observation: Observation, step: number): Entry[] {
  const requests = observation.requests
    .filter((request) => request.step === step)
    .map((request) => ({ at: request.at, ...eventWords({ kind: "request", request }) }));
  const calls = observation.keyring
    .filter((call) => call.step === step)
    .map((call) => ({ at: call.at, ...eventWords({ kind: "keyring", call }) }));
  const leaks = observation.leaks
    .filter((leak) => leak.step === step)
    .map(({ secret, where, form }) => ({ what: `the secret of ${secret} in ${where}`, outcome: `in the clear (${form})` }));
  // Contents hold what differs from run to run; whether a file is there does not.
  const files = observation.files
    .filter((file) => file.step === step)
    .map(({ path, content }) => ({ what: `the file ${path}`, outcome: content === null ? "absent" : "present" }));
  const entries = [...[...requests, ...calls].sort((a, b) => a.at - b.at), ...leaks, ...files];
  return entries.map(({ what, outcome }) => ({ what, outcome, key: JSON.stringify([what, outcome]) }));
}

/** What was asked and what came of it, without what differs between two runs that mean the same. */
export function eventWords(event: TimelineEvent): { readonly what: string; readonly outcome: string } {
  if (event.kind === "keyring") {
    const { call } = event;
    return { what: `keyring ${withoutPort(commandLine(call.argv))}`, outcome: `${call.from}, ${outcomeWords(call)}` };
  }
  const { request } = event;
  const credentials = request.secret ?? request.user;
  const range = request.range === null ? "" : ` (${request.range})`;
  return {
    what: `${request.method} ${withoutPort(request.url)}${range}`,
    outcome: `${statusWords(request)}, ${request.authorization}${credentials === null ? "" : ` (${credentials})`}`,
  };
}

function withoutPort(text: string): string {
  return text.replace(/\b(127\.0\.0\.1|localhost):\d+/gu, "$1");
}

function compareEntries(before: readonly Entry[], after: readonly Entry[]): Pick<StepDifference, "changes" | "moved"> {
  const pairs = longestCommonSubsequence(
    before.map(({ key }) => key),
    after.map(({ key }) => key),
  );
  const kept = { before: new Set(pairs.map(([a]) => a)), after: new Set(pairs.map(([, b]) => b)) };
  const gone = before.flatMap((entry, index) => (kept.before.has(index) ? [] : [{ entry, place: gapBefore(pairs, index, 0) }]));
  const come = after.flatMap((entry, index) => (kept.after.has(index) ? [] : [{ entry, place: gapBefore(pairs, index, 1) }]));
  const moved = pairUp(gone, come, (a, b) => a.key === b.key);
  const changed = pairUp(moved.gone, moved.come, (a, b) => a.what === b.what);
  const changes = [
    ...changed.pairs.map(([a, b]) => ({
      place: a.place,
      change: { kind: "changed", what: a.entry.what, before: a.entry.outcome, after: b.entry.outcome, times: 1 } as const,
    })),
    ...changed.gone.map(({ entry, place }) => ({
      place,
      change: { kind: "vanished", what: entry.what, outcome: entry.outcome, times: 1 } as const,
    })),
    ...changed.come.map(({ entry, place }) => ({
      place,
      change: { kind: "appeared", what: entry.what, outcome: entry.outcome, times: 1 } as const,
    })),
  ].sort((a, b) => a.place - b.place);
  return { changes: countRuns(changes.map(({ change }) => change)), moved: moved.pairs.length };
}

interface Placed {
  readonly entry: Entry;
  /** How many common entries come before it: what puts both sides into one order. */
  readonly place: number;
}

function gapBefore(pairs: readonly [number, number][], index: number, side: 0 | 1): number {
  const next = pairs.findIndex((pair) => pair[side] > index);
  return next === -1 ? pairs.length : next;
}

/** Pairs each entry with the first free one on the other side that matches. */
function pairUp(
  gone: readonly Placed[],
  come: readonly Placed[],
  match: (a: Entry, b: Entry) => boolean,
): { pairs: [Placed, Placed][]; gone: Placed[]; come: Placed[] } {
  const pairs: [Placed, Placed][] = [];
  const rest = [...come];
  const lost = gone.filter((a) => {
    const index = rest.findIndex((b) => match(a.entry, b.entry));
    const [b] = index === -1 ? [] : rest.splice(index, 1);
    if (b !== undefined) pairs.push([a, b]);
    return b === undefined;
  });
  return { pairs, gone: lost, come: rest };
}

function countRuns(changes: readonly JournalChange[]): JournalChange[] {
  const counted: JournalChange[] = [];
  for (const change of changes) {
    const last = counted.at(-1);
    if (last !== undefined && JSON.stringify({ ...last, times: 1 }) === JSON.stringify(change))
      counted[counted.length - 1] = { ...last, times: last.times + 1 };
    else counted.push(change);
  }
  return counted;
}
