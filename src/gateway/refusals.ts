import { parseAuthorization } from "./authorization.ts";
import { ANONYMOUS, identify, type SecretTable } from "./caller.ts";
import type { Directory } from "./registry-directory.ts";
import { type Incoming, NO_REGISTRY, recordedHeaders } from "./exchange.ts";
import type { Entry, Journal } from "./journal.ts";
import type { Unreachable } from "../scenario/model.ts";
import { originOf } from "./target.ts";

/** Where a connection was meant to go. */
export interface ConnectionOrigin {
  readonly host: string;
  readonly port: number;
}

/** What never reaches an index and belongs into the journal all the same. */
export interface Refusals {
  /** A request that was read, and that the protocol's own rules forbid. */
  request(incoming: Incoming, reason: string, status?: number): void;
  /** A request that names no host and no index; it got 400. */
  misdirected(method: string, url: string): void;
  /** A connection without a request that could be read; `origin` is `null` where nobody knows where it was meant to go. */
  connection(origin: ConnectionOrigin | null, cause: "handshake" | "other", reason: string): void;
  /** A host whose name was asked for and that the scenario lets nobody reach. */
  unreachable(host: string, why: Unreachable): void;
  /**
   * A connection over which a request may come; call what it returns when it ends. One that brought none was opened to spare,
   * unless the step has nothing else of that host: then its client gave up, as some do that trust no certificate of ours.
   */
  opened(origin: ConnectionOrigin | null): () => void;
}

export interface RefusalOptions {
  readonly directory: Directory;
  readonly journal: Journal;
  readonly secrets: SecretTable;
  /** Whether the scenario has it that clients do not trust this host now. */
  isDistrusted(origin: ConnectionOrigin): boolean;
}

const UNREACHABLE_WORDS = {
  "no-such-host": "the host's name was asked for and does not resolve",
  "connection-refused": "the host's name was asked for, and it refuses connections",
  "connect-timeout": "the host's name was asked for, and it answers no connection",
} satisfies Record<Unreachable, string>;

export function createRefusals({ directory, journal, secrets, isDistrusted }: RefusalOptions): Refusals {
  return {
    request(incoming, reason, status = 0) {
      const found = directory.find(incoming.target);
      const presented = parseAuthorization(incoming.header("authorization") ?? undefined);
      const caller = found.kind === "nowhere" ? identify(presented, secrets, NO_REGISTRY) : found.registry.identify(presented, found.place);
      journal.write({
        step: journal.step,
        index: found.kind === "declared" ? found.registry.index.name : null,
        method: incoming.method,
        url: incoming.url,
        status,
        caller,
        httpVersion: incoming.httpVersion,
        range: incoming.header("range"),
        headers: recordedHeaders(incoming),
        location: null,
        reason,
      });
    },
    misdirected(method, url) {
      const status = 400;
      const reason = "it names no host and no index";
      const own = { index: null, caller: ANONYMOUS, httpVersion: "1.1", range: null, headers: {}, location: null };
      journal.write({ step: journal.step, method, url, status, reason, ...own });
    },
    unreachable(host, why) {
      const port = directory.portOf(host);
      journal.write(unreadEntry(journal.step, { host, port }, "unreachable", UNREACHABLE_WORDS[why]));
    },
    connection: (origin, cause, reason) => journal.write(unreadEntry(journal.step, origin, cause, reason)),
    opened(origin) {
      const entry = unreadEntry(journal.step, origin, "handshake", "the client closed the connection before it asked anything");
      return () => journal.writeIfAlone(entry);
    },
  };

  function unreadEntry(step: number, origin: ConnectionOrigin | null, cause: "handshake" | "other" | "unreachable", reason: string): Entry {
    const here = origin === null ? null : indexesAt(origin);
    const [only = null, ...others] = here ?? [];
    return {
      step,
      index: others.length === 0 && only !== "default" ? only : null,
      method: "CONNECT",
      url: origin === null ? "" : `${originOf({ scheme: "https", ...origin })}/`,
      status: 0,
      caller: ANONYMOUS,
      httpVersion: "1.1",
      range: null,
      headers: {},
      location: null,
      reason,
      unread: { expected: cause === "unreachable" || (cause === "handshake" && origin !== null && isDistrusted(origin)), indexes: here },
    };
  }

  /** Under either scheme: a connection shows its scheme only when it speaks. */
  function indexesAt(origin: ConnectionOrigin): readonly string[] {
    const names = (["https", "http"] as const).flatMap((scheme) => [...directory.indexesAt(originOf({ scheme, ...origin }))]);
    return names.length === 0 ? ["default"] : [...new Set(names)];
  }
}
