import type { RequestRecord } from "../observation/model.ts";
import type { Authorization, Quantified, RequestMatcher } from "../scenario/model.ts";
import { accepts, isPartOf } from "./alternatives.ts";
import type { Finding } from "./finding.ts";
import { quantifiedHolds, seenWords, type Reading } from "./quantifier.ts";

/** Judges `request` (all records of a step) and `final` (only the last answer per method and URL). */
export function judgeRequests(
  kind: "request" | "final",
  match: RequestMatcher,
  quantified: Quantified,
  inStep: readonly RequestRecord[],
): Finding {
  const records = kind === "final" ? inStep.filter((record) => record.final) : inStep;
  const reading = readingOf(match);
  return {
    holds: quantifiedHolds(quantified, records, reading),
    seen: seenWords(quantified, records, reading, { noun: kind === "final" ? "final answer" : "answer", line: requestLine }),
  };
}

function readingOf(match: RequestMatcher): Reading<RequestRecord> {
  return {
    selects: (record) =>
      accepts(match.index, (index) => index === indexOf(record)) &&
      accepts(match.method, (method) => method === record.method) &&
      accepts(match.url, (url) => isPartOf(record.url, url)) &&
      accepts(match.host, (host) => isHostOf(record.url, host)) &&
      (match.range === undefined || match.range === (record.range !== null)),
    fulfils: (record) =>
      accepts(match.status, (status) => status === record.status) &&
      accepts(match.user, (user) => user === record.user) &&
      accepts(match.authorization, (authorization) => authorization === record.authorization) &&
      accepts(match.httpVersion, (version) => majorMinor(version) === majorMinor(record.httpVersion)),
  };
}

/** An undeclared host is answered from `[index.default]`, so that is its index. */
function indexOf(record: RequestRecord): string {
  return record.index ?? "default";
}

/** With a port only where the scenario says one. */
function isHostOf(url: string, host: string): boolean {
  if (!URL.canParse(url)) return false;
  const { host: withPort, hostname } = new URL(url);
  return [withPort, hostname].includes(host.toLowerCase());
}

function majorMinor(version: string): string {
  return version.includes(".") ? version : `${version}.0`;
}

const CREDENTIALS = {
  none: "no credentials",
  "user-only": "a user but no password",
  good: "good credentials",
  stale: "stale credentials",
  unknown: "unknown credentials",
  bearer: "a bearer token",
} as const satisfies Record<Authorization, string>;

function requestLine(record: RequestRecord): string {
  const answer = record.status === 0 ? "no answer" : String(record.status);
  const user = record.user === null ? "" : ` of ${record.user}`;
  return `${record.method} ${record.url} → ${answer}, ${CREDENTIALS[record.authorization]}${user}`;
}
