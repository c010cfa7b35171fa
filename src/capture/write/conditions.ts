import type { Observation, RequestRecord } from "../../observation/model.ts";

type Table = Record<string, unknown>;

/** What counts as the bug and as healthy, told by what a run of the scenario showed in the step that fails. */
export function conditionsFrom(observation: Observation, failing: number): { readonly reproduced: Table; readonly healthy: Table } {
  const requests = observation.requests.filter(({ step, index }) => step === failing && index !== null);
  const record = observation.steps[failing];
  const refused = requests.filter(({ final, status }) => final && status >= 400);
  const dropped = requests.filter(({ status, unread }) => status === 0 && unread === undefined);
  const raised = observation.keyring.filter((call) => call.step === failing && call.raised !== null);
  const finals = distinct(refused.map(({ index, status, authorization }) => ({ index, status, authorization })));
  const words = wordsOf(record?.stderr ?? "");
  const isUnanswered = UNANSWERED.some((each) => each === words);
  const calls = distinct(raised.map(({ from, raised: name }) => ({ from, raised: name })));
  const answered = [200, 206, 304];
  // What passes a proxy is its index's.
  const asked = [...refused, ...requests.filter(({ index }) => index !== "default")].find(({ index }) => index !== "proxy")?.index;
  const hasAnswer = requests.some(({ index, final, status }) => index === asked && final && answered.includes(status));
  const told = words !== null || calls.length > 0 || finals.length > 0 || dropped.length > 0;
  const reproduced: Table = {
    exit: record?.exit === 0 ? 0 : "nonzero",
    ...(words === null || (refused.length > 0 && !isUnanswered) ? {} : { stderr: words }),
    ...(calls.length === 0 ? {} : { keyring: { any: one(calls) } }),
    // uv gives up on all requests at once, so what became of the others is chance.
    ...(finals.length > 0 && !isUnanswered
      ? { final: { any: one(finals) } }
      : dropped.length > 0
        ? { request: { any: { index: dropped[0]?.index, status: 0 } } }
        : // An exit status alone would be no evidence: uv may have failed before it asked.
          !told && asked !== undefined && hasAnswer
          ? { final: { any: { index: asked, status: answered } } }
          : {}),
  };
  const indexes = distinct(refused.map(({ index }) => ({ index, status: index === "proxy" ? [407] : [401, 403] })));
  const healthy: Table = {
    exit: 0,
    final: {
      any: { ...(asked === undefined ? {} : { index: asked }), status: answered },
      ...(indexes.length === 0 ? {} : { none: one(indexes) }),
    },
  };
  return { reproduced, healthy };
}

const UNANSWERED = [
  "UnknownIssuer",
  "certificate expired",
  "certificate not valid for name",
  "invalid peer certificate",
  "dns error",
  "Connection refused",
  "tunnel error",
] as const;
const WORDS = [
  ...UNANSWERED,
  "Missing credentials",
  "error decoding response body",
  "there are no versions of",
  "No solution found when resolving",
] as const;

/** Words of uv's that stayed the same from release to release, for a failure that no request shows. */
function wordsOf(stderr: string): string | null {
  return WORDS.find((words) => stderr.includes(words)) ?? null;
}

function one(matchers: readonly Table[]): unknown {
  return matchers.length === 1 ? matchers[0] : matchers.slice(0, 4);
}

function distinct<Item extends Partial<Pick<RequestRecord, "index">> | Table>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
