import type { RequestRecord, Unread } from "../observation/model.ts";
import { createRedactor } from "../observation/redact.ts";
import type { Secret } from "../observation/secret.ts";
import type { Budget } from "./resource-budget.ts";
import type { Caller } from "./caller.ts";

export interface Journal {
  /** The step that is running; requests belong to the step in which they came. */
  step: number;
  write(entry: Entry): void;
  /** A request that is not answered yet; it counts as unanswered until the function returned is called. */
  begin(entry: Omit<Entry, "status" | "location">): () => void;
  /** Counts only where its step has nothing else of that host and port; where none is known, nothing at all. */
  writeIfAlone(entry: Entry): void;
  records(): readonly RequestRecord[];
  subscribe(listener: (record: RequestRecord) => void): void;
}

export interface Entry {
  readonly step: number;
  readonly index: string | null;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly caller: Caller;
  readonly httpVersion: string;
  readonly range: string | null;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly location: string | null;
  readonly reason?: string;
  readonly unread?: Unread;
}

/** Keeps requests in the order in which their answers began; no value of a secret gets in, wherever it was sent. */
export function createJournal(secrets: readonly Secret[], now: () => number, budget: Budget): Journal {
  const records: RequestRecord[] = [];
  const listeners: ((record: RequestRecord) => void)[] = [];
  const { redact } = createRedactor(secrets);
  // The same few texts come again and again, and looking for secrets costs more than all the rest.
  const hidden = new Map<string, string>();
  const pending = new Set<RequestRecord>();
  const lonely: RequestRecord[] = [];
  return {
    step: -1,
    write(entry) {
      if (!isTaken(entry)) return;
      const record = recordOf(entry);
      records.push(record);
      for (const listener of listeners) listener(record);
    },
    begin(entry) {
      const record = recordOf({ ...entry, status: 0, location: null, reason: "no answer was sent in time" });
      pending.add(record);
      return () => void pending.delete(record);
    },
    writeIfAlone(entry) {
      if (isTaken(entry)) lonely.push(recordOf(entry));
    },
    records() {
      const all = [...records, ...pending];
      const heard = new Set(all.flatMap((record) => [placeOf(record), placeOf({ ...record, url: "" })]));
      return [...all, ...lonely.filter((record) => !heard.has(placeOf(record)))];
    },
    subscribe: (listener) => void listeners.push(listener),
  };

  function isTaken(entry: Entry): boolean {
    return budget.spend("requests", 1) && budget.spend("recorded", sizeOf(entry));
  }

  function recordOf({
    step,
    index,
    method,
    url,
    status,
    caller,
    httpVersion,
    range,
    headers,
    location,
    reason,
    unread,
  }: Entry): RequestRecord {
    return {
      step,
      index,
      method,
      url: hide(url),
      status,
      final: false,
      user: caller.user === null ? null : hide(caller.user),
      authorization: caller.authorization,
      secret: caller.secret,
      httpVersion,
      range: range === null ? null : hide(range),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value === null ? null : hide(value)])),
      location: location === null ? null : hide(withoutPassword(location, secrets)),
      at: now(),
      ...(reason === undefined ? {} : { reason: hide(reason) }),
      ...(unread === undefined ? {} : { unread }),
    };
  }

  function hide(text: string): string {
    let known = hidden.get(text);
    if (known === undefined) {
      known = redact(text);
      hidden.set(text, known);
    }
    return known;
  }
}

/** The step, and the host with its port under either scheme. */
function placeOf({ step, url }: RequestRecord): string {
  const parsed = URL.parse(url);
  const port = parsed?.port || (parsed?.protocol === "https:" ? "443" : "80");
  return `${step} ${parsed?.hostname ?? ""}:${port}`;
}

function sizeOf({ url, location, range, headers, reason }: Entry): number {
  const texts = [url, location, range, reason, ...Object.values(headers)];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

/** A password that is not one of ours is none of the journal's business either. */
function withoutPassword(location: string, secrets: readonly Secret[]): string {
  return location.replace(/^(\w+:\/\/[^/:@]*):([^/@]*)@/, (whole, before: string, password: string) =>
    secrets.some(({ value }) => encodeURIComponent(value) === password || value === password) ? whole : `${before}:<password>@`,
  );
}
