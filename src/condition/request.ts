import * as v from "valibot";
import { RECORDED_HEADERS, type RequestRecord, type Unread } from "../observation/model.ts";
import { AUTHORIZATIONS, type Authorization, type RequestMatcher } from "../scenario/model.ts";
import { key, oneOrMore, table, text } from "../scenario/schema/value.ts";
import { either } from "./clause.ts";
import type { Keys } from "./key.ts";
import { clauseWords, type ListKind } from "./kind.ts";
import { holdsFor } from "./operator.ts";

/** HTTP methods that uv may use; a wrong or lower-case one could never match. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

const CREDENTIALS = {
  none: "no credentials",
  "user-only": "a user without a password",
  good: "good credentials",
  stale: "stale credentials",
  unknown: "unknown credentials",
  bearer: "a bearer token",
} satisfies Record<Authorization, string>;

const textOrTexts = oneOrMore(text);

const KEYS = {
  method: {
    schema: oneOrMore(v.picklist(METHODS)),
    note: "HTTP method.",
    role: "selects",
    field: "method",
    operator: "is",
    words: (methods, quote) => `with the method ${either(methods, quote)}`,
  },
  index: {
    schema: textOrTexts,
    note: "Name of an index, `default` included.",
    names: "index",
    role: "selects",
    field: "index",
    operator: "is",
    words: (names, quote) => `to ${either(names, quote)}`,
  },
  host: {
    schema: textOrTexts,
    note: "Host name.",
    role: "selects",
    field: "url",
    operator: "host",
    words: (hosts, quote) => `at the host ${either(hosts, quote)}`,
  },
  url: {
    schema: textOrTexts,
    note: "Part of the URL, or a whole pattern where it holds `*`.",
    role: "selects",
    field: "url",
    operator: "part",
    words: (texts, quote) => `whose URL matches ${either(texts, quote)}`,
  },
  range: {
    schema: v.boolean(),
    note: "Whether it asked for a byte range.",
    role: "selects",
    field: "range",
    operator: "present",
    words: ([asked]) => (asked === true ? "for a range" : "for the whole"),
  },
  status: {
    schema: oneOrMore(v.pipe(v.number(), v.integer())),
    note: "Status of the answer; 0 where none was sent.",
    never: (status) =>
      status === 0 || (Number(status) >= 100 && Number(status) <= 599)
        ? null
        : { message: `no HTTP status is ${status}`, hint: "they run from 100 to 599; 0 is for a request that got no answer" },
    role: "holds",
    field: "status",
    operator: "is",
    words: (statuses) => `is answered ${either(statuses, (status) => (status === "0" ? "not at all" : status))}`,
  },
  authorization: {
    schema: oneOrMore(v.picklist(AUTHORIZATIONS)),
    note: "Which kind of credentials it carried.",
    role: "holds",
    field: "authorization",
    operator: "is",
    words: (kinds) => `carries ${either(kinds, (kind) => new Map(Object.entries(CREDENTIALS)).get(kind) ?? kind)}`,
  },
  user: {
    schema: textOrTexts,
    note: "User name that it carried.",
    names: "user",
    role: "holds",
    field: "user",
    operator: "is",
    words: (users, quote) => `names the user ${either(users, quote)}`,
  },
  header: {
    schema: table(
      Object.fromEntries(
        RECORDED_HEADERS.map((name) => [name, key(textOrTexts, "The whole value, or a pattern of it where it holds `*`.")]),
      ),
    ),
    note: "Headers that it carried, by name. Credentials and cookies are not among them: see `authorization`.",
    role: "holds",
    field: "header",
    operator: "whole",
    words: (values, quote, name) => `has the header ${quote(name)} ${either(values, quote)}`,
  },
  httpVersion: {
    name: "http-version",
    schema: oneOrMore(v.picklist(["1.0", "1.1", "2", "2.0"])),
    note: "HTTP version.",
    role: "holds",
    field: "httpVersion",
    operator: "is",
    // The journal writes HTTP/2 as `2.0`.
    read: (version) => majorMinor(String(version)),
    compared: (version) => majorMinor(String(version)),
    words: (versions, quote) => `uses HTTP ${either(versions, quote)}`,
  },
} satisfies Keys<RequestMatcher>;

/** Any answer to any request of the step. */
export const REQUEST: ListKind = {
  note: "Any answer to a request.",
  keys: KEYS,
  source: "request",
  // What could not be read has no method that is known, so it is never one of these for sure.
  among: [{ field: "method", operator: "present", values: [true] }],
  noun: "answer",
  seen: ({ requests }, match: RequestMatcher) =>
    requests.flatMap((record) => {
      if (record.unread === undefined) return [{ fields: fieldsOf(record), line: lineOf(record) }];
      return isMeant(record, record.unread, match) ? [{ fields: {}, line: unreadLine(record) }] : [];
    }),
  conflicts: ({ user, authorization }: RequestMatcher) => {
    const isAnonymous = authorization?.every((kind) => kind === "none" || kind === "bearer") ?? false;
    if (user === undefined || !isAnonymous || authorization?.length === 0) return [];
    return [{ key: "user", message: "a request without a password for a user has no user either" }];
  },
  words: clauseWords("request", KEYS),
};

/** Only the last answer to each method and URL. */
export const FINAL: ListKind = {
  ...REQUEST,
  note: "The last answer to each method and URL.",
  among: [{ field: "final", operator: "is", values: [true] }],
  noun: "final answer",
  words: clauseWords("final request", KEYS),
};

function fieldsOf({ index, method, url, range, status, final, user, authorization, httpVersion, headers }: RequestRecord) {
  return {
    ...Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [`header.${name}`, value])),
    // An undeclared host is answered from `[index.default]`, so that is its index.
    index: index ?? "default",
    method,
    url,
    range,
    status,
    final,
    user,
    authorization,
    httpVersion: majorMinor(httpVersion),
  };
}

/** Whether a request that could not be read may have been one of these. */
function isMeant({ url }: RequestRecord, { expected, indexes }: Unread, { index, host }: RequestMatcher): boolean {
  if (expected) return false;
  if (index !== undefined && indexes !== null && !index.some((name) => indexes.includes(name))) return false;
  return host === undefined || url === "" || holdsFor("host", url, host);
}

function unreadLine({ url, reason }: RequestRecord): string {
  return `a request to ${url === "" ? "a host that is not known" : url} that could not be read: ${reason ?? "no reason is known"}`;
}

function majorMinor(version: string): string {
  return version.includes(".") ? version : `${version}.0`;
}

function lineOf({ method, url, status, authorization, user }: RequestRecord): string {
  const answer = status === 0 ? "no answer" : String(status);
  return `${method} ${url} → ${answer}, ${CREDENTIALS[authorization]}${user === null ? "" : ` of ${user}`}`;
}
