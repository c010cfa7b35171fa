import type { KeyringRecord, RequestRecord } from "../observation/model.ts";
import { decidingStep } from "./deciding-step.ts";
import type { Scenario } from "../scenario/model.ts";
import type { RunResult } from "./model.ts";
import { shortPath } from "./short-url.ts";

/** Sets a value from the run apart; code in Markdown. */
type Quote = (value: string) => string;

/**
 * One sentence that says what the journal proves about the deciding step: the refused request, what it carried, which
 * keyring failed and which good credentials were never sent. `null` where the journal proves nothing of that kind.
 */
export function whyWords(run: RunResult, quote: Quote): string | null {
  const step = decidingStep(run);
  if (step === null || (run.verdict !== "reproduced" && run.verdict !== "healthy")) return null;
  const requests = run.observation.requests.filter((request) => request.step === step);
  const calls = run.observation.keyring.filter((call) => call.step === step);
  const clauses =
    run.verdict === "healthy"
      ? healthyClauses(requests, quote)
      : [...leakClauses(run, step, quote), ...refusalClauses(run, requests, quote), ...keyringClauses(calls, quote)];
  return clauses.length === 0 ? null : `Step ${step + 1}: ${clauses.join("; ")}.`;
}

function healthyClauses(requests: readonly RequestRecord[], quote: Quote): string[] {
  const answered = requests.filter(({ final, status }) => final && status >= 200 && status < 300);
  const authenticated = answered.filter(({ authorization }) => authorization === "good" || authorization === "bearer");
  const shown = authenticated[0] ?? answered[0];
  if (shown === undefined) return [];
  return [`${requestWords(shown, quote)} ${carriedWords(shown, quote)} and got ${shown.status}`];
}

function refusalClauses(run: RunResult, requests: readonly RequestRecord[], quote: Quote): string[] {
  const refused = requests.find(({ final, status }) => final && (status === 0 || status >= 400));
  if (refused === undefined) return [];
  const answer = refused.status === 0 ? "no answer" : String(refused.status);
  return [
    `${requestWords(refused, quote)} ${carriedWords(refused, quote)} and got ${answer}`,
    ...unusedClauses(run, refused, requests, quote),
  ];
}

/** Good credentials of the index that refused, of which no request of the step carried any. */
function unusedClauses(run: RunResult, refused: RequestRecord, requests: readonly RequestRecord[], quote: Quote): string[] {
  if (refused.authorization === "good" || ![401, 403, 404].includes(refused.status)) return [];
  const good = refused.index === null ? [] : goodUsers(run.definition, refused.index, refused.step);
  const sent = requests.some(({ index: asked, authorization }) => asked === refused.index && authorization === "good");
  if (good.length === 0 || sent) return [];
  return [`the good credentials (${good.slice(0, 3).map(quote).join(", ")}) were not sent in this step`];
}

/** Users of an index, as `INDEX.USER`, whose credentials are good in a step: what `set` said last counts. */
function goodUsers({ indexes, steps }: Scenario, index: string, step: number): string[] {
  const changes = steps.slice(0, step + 1).flatMap(({ set }) => set);
  const users = indexes.find(({ name }) => name === index)?.users ?? [];
  return users
    .filter(({ name, state }) => {
      const last = changes.findLast((change) => change.kind === "user-state" && change.index === index && change.user === name);
      return (last?.kind === "user-state" ? last.state : state) === "good";
    })
    .map(({ name }) => `${index}.${name}`);
}

function keyringClauses(calls: readonly KeyringRecord[], quote: Quote): string[] {
  const failed = calls.find(({ raised }) => raised !== null) ?? calls.find(({ exit, finished }) => !finished || exit !== 0);
  if (failed === undefined) return [];
  const whose = { venv: "the keyring in the virtual environment", tool: "the keyring tool", other: "another keyring" }[failed.from];
  if (!failed.finished) return [`${whose} was asked and had not answered when the step ended`];
  if (failed.raised !== null) return [`${whose} was asked and raised ${quote(failed.raised)}`];
  return [`${whose} was asked and had no answer (exit status ${failed.exit ?? "unknown"})`];
}

function leakClauses({ observation }: RunResult, step: number, quote: Quote): string[] {
  const leak = observation.leaks.find((found) => found.step === step);
  return leak === undefined ? [] : [`the secret ${quote(leak.secret)} was written in the clear to ${quote(leak.where)}`];
}

function requestWords({ method, url }: RequestRecord, quote: Quote): string {
  return `${quote(`${method} ${shortPath(url)}`)} went out`;
}

function carriedWords({ authorization, user }: RequestRecord, quote: Quote): string {
  switch (authorization) {
    case "none":
      return "without credentials";
    case "user-only":
      return user === null || user === "" ? "with an empty user and password" : `as ${quote(user)} with an empty password`;
    case "bearer":
      return "with a bearer token";
    case "good":
    case "stale":
    case "unknown":
      break;
  }
  const kind = {
    good: "good credentials",
    stale: "credentials that the index refuses",
    unknown: "a password that the index does not know",
  };
  return `${user === null ? "" : `as ${quote(user)} `}with ${kind[authorization]}`;
}
