import type {
  Condition,
  ExitExpectation,
  FileMatcher,
  KeyringMatcher,
  LeakMatcher,
  Quantified,
  RequestMatcher,
  Scenario,
  TextMatcher,
} from "../scenario/model.ts";
import { normaliseSpace } from "../observation/text.ts";
import { conditionWords } from "../condition/table.ts";
import { pythonLiteral } from "./python-literal.ts";
import { pythonPattern } from "./python-source.ts";

/**
 * What the steps must show, as Python that reads like the conditions: a generator for each step that has some, `JUDGED`
 * with these by their steps (which count from 1), and `prepares` where others need not exit with 0. The judge has what
 * they call.
 * `labels` are the names of all secrets, as a leak has them.
 */
export function expectationsSource(scenario: Scenario, labels: readonly string[]): string {
  const judged = scenario.steps.flatMap((step, at) => (step.reproduced.length + step.healthy.length > 0 ? [at + 1] : []));
  const functions = scenario.steps.flatMap(({ reproduced, healthy }, at) => {
    const lines = [
      ...reproduced.map((condition) => expectation("the bug", condition, at + 1, labels)),
      ...healthy.map((condition) => expectation("healthy", condition, at + 1, labels)),
    ];
    return lines.length === 0 ? [] : [`def step_${at + 1}():\n${lines.join("\n")}`];
  });
  const odd = scenario.steps.flatMap(({ exit }, at) =>
    judged.includes(at + 1) || (Array.isArray(exit) && exit.join() === "0") ? [] : [`${at + 1}: ${exitHolds("status", exit)}`],
  );
  const others = judged.length === scenario.steps.length ? "" : "  # the others must exit with 0";
  return [
    ...functions,
    `STEPS = ${scenario.steps.length}\nJUDGED = {${judged.map((step) => `${step}: step_${step}`).join(", ")}}${odd.length > 0 ? "" : others}`,
    ...(odd.length > 0 ? [`def prepares(step, status):  # the others\n    return {${odd.join(", ")}}.get(step, status == 0)`] : []),
  ].join("\n\n\n");
}

function expectation(side: string, condition: Condition, step: number, labels: readonly string[]): string {
  const words = `"${side}", ${pythonLiteral(conditionWords(condition))},`;
  const holds = conditionHolds(condition, step, labels);
  const line = `    yield ${words} ${holds}`;
  return line.length < 100 && !line.includes("\n") ? line : `    yield (${words}\n           ${holds})`;
}

function conditionHolds(condition: Condition, step: number, labels: readonly string[]): string {
  switch (condition.kind) {
    case "exit":
      return exitHolds(`exit_of(${step})`, condition.exit);
    case "stdout":
    case "stderr":
      return textHolds(`output(${step}, "${condition.kind}")`, condition.text);
    case "request":
      return quantified(condition, `r in requests(${step})`, requestHolds(condition.match));
    case "final":
      return quantified(condition, `r in final(${step})`, requestHolds(condition.match));
    case "keyring":
      return quantified(condition, `k in calls(${step})`, callHolds(condition.match));
    case "file":
      return quantified(condition, `text in [${condition.match.path.map((path) => `content(${pythonLiteral(path)})`).join(", ")}]`, {
        selects: [],
        fulfils: fileHolds(condition.match),
      });
    case "lock":
      // Refused by `support.ts`.
      return "False";
    default:
      return quantified(condition, "leak in LEAKS", { selects: [], fulfils: leakHolds(condition.match, labels) });
  }
}

function exitHolds(status: string, wanted: ExitExpectation): string {
  if (wanted === "any") return "True";
  return wanted === "nonzero" ? `${status} != 0` : oneOf(status, wanted);
}

function textHolds(text: string, { contains, lacks = [], matches }: TextMatcher): string {
  return all([
    ...(contains === undefined ? [] : [any(contains.map((part) => `${pythonLiteral(normaliseSpace(part))} in ${text}`))]),
    ...lacks.map((part) => `${pythonLiteral(normaliseSpace(part))} not in ${text}`),
    ...(matches === undefined ? [] : [`re.search(${pythonPattern(new RegExp(matches))}, ${text}, re.ASCII) is not None`]),
  ]);
}

/** Tests of one record: which are meant, and what must hold of them. */
interface Tests {
  readonly selects: readonly string[];
  readonly fulfils: readonly string[];
}

function requestHolds({ index, method, url, host, range, status, user, authorization }: RequestMatcher): Tests {
  return {
    selects: [
      // An undeclared host is answered by what stands for PyPI.
      ...some(index, (names) => oneOf(names.includes("default") ? '(r["index"] or "default")' : 'r["index"]', names)),
      ...some(method, (methods) => oneOf('r["method"]', methods)),
      ...some(url, (texts) => any(texts.map((text) => like('r["url"]', text) ?? `${pythonLiteral(text)} in r["url"]`))),
      ...some(host, (hosts) =>
        any(
          hosts.map((each) => `urlsplit(r["url"]).${each.includes(":") ? "netloc" : "hostname"} == ${pythonLiteral(each.toLowerCase())}`),
        ),
      ),
      ...(range === undefined ? [] : [`r["range"] is ${range ? "not " : ""}None`]),
    ],
    fulfils: [
      ...some(status, (statuses) => oneOf('r["status"]', statuses)),
      ...some(user, (users) => oneOf('r["user"]', users)),
      ...some(authorization, (kinds) => oneOf('r["authorization"]', kinds)),
    ],
  };
}

function callHolds({ from, operation, service, user, args, raised, finished, exit }: KeyringMatcher): Tests {
  return {
    selects: [...some(operation, (names) => oneOf('k["operation"]', names)), ...some(service, (texts) => whole('k["service"]', texts))],
    fulfils: [
      ...some(from, (places) => oneOf('k["from"]', places)),
      ...some(user, (users) => oneOf('k["user"]', users)),
      ...some(args, (texts) =>
        any(
          texts.map((text) => {
            const pattern = like("word", text);
            return pattern === null ? `${pythonLiteral(text)} in k["argv"]` : `any(${pattern} for word in k["argv"])`;
          }),
        ),
      ),
      ...some(raised, (names) =>
        any(
          names.map((name) =>
            name === "nothing"
              ? '(k["finished"] and k["raised"] is None)'
              : `k["raised"] == ${pythonLiteral(name.slice(name.lastIndexOf(".") + 1))}`,
          ),
        ),
      ),
      ...(finished === undefined ? [] : [finished ? 'k["finished"]' : 'not k["finished"]']),
      ...some(exit, (statuses) => oneOf('k["exit"]', statuses)),
    ],
  };
}

/** The text is `None` where there is no file: that neither contains nor lacks anything. */
function fileHolds({ exists, contains, lacks }: FileMatcher): string[] {
  const there = exists === true || contains !== undefined || lacks !== undefined;
  return [
    ...(exists === false ? ["text is None"] : []),
    ...(there ? ["text is not None"] : []),
    ...some(contains, (parts) => any(parts.map((part) => `${pythonLiteral(normaliseSpace(part))} in text`))),
    ...(lacks ?? []).map((part) => `${pythonLiteral(normaliseSpace(part))} not in text`),
  ];
}

/** A scenario names a secret as `INDEX.USER`, or all of an index by `INDEX`; a stale one goes by the same name. */
function leakHolds({ where, secret }: LeakMatcher, labels: readonly string[]): string[] {
  return [
    ...some(where, (texts) => whole('leak["where"]', texts)),
    ...some(secret, (names) =>
      oneOf(
        'leak["secret"]',
        labels.filter((label) => names.some((name) => label === name || label === `${name} (stale)` || label.startsWith(`${name}.`))),
      ),
    ),
  ];
}

function quantified(wanted: Quantified, source: string, { selects, fulfils }: Tests): string {
  const of = (kept: readonly string[], counted: readonly string[]): string =>
    `${all(counted)} for ${source}${kept.length === 0 ? "" : ` if ${all(kept)}`}`;
  const each = fulfils.length === 0 ? of([], selects) : of(selects, fulfils);
  switch (wanted.quantifier) {
    case "any":
      return `any(${each})`;
    case "none":
      return `not any(${each})`;
    case "every":
      return `every(${of(selects, fulfils)})`;
    default: {
      const { min, max } = wanted.count;
      if (min === max) return `sum(${each}) == ${min}`;
      return Number.isFinite(max) ? `${min} <= sum(${each}) <= ${max}` : `sum(${each}) >= ${min}`;
    }
  }
}

/** An absent key accepts all. */
function some<T>(alternatives: readonly T[] | undefined, test: (alternatives: readonly T[]) => string): string[] {
  return alternatives === undefined ? [] : [test(alternatives)];
}

function oneOf(value: string, alternatives: readonly (string | number)[]): string {
  const [first, ...others] = alternatives;
  if (first === undefined) return "False";
  if (others.length === 0) return `${value} == ${pythonLiteral(first)}`;
  return `${value} in (${alternatives.map((each) => pythonLiteral(each)).join(", ")})`;
}

/** The whole value, or a pattern of it. */
function whole(value: string, texts: readonly string[]): string {
  return any(texts.map((text) => like(value, text) ?? `${value} == ${pythonLiteral(text)}`));
}

/** A text with `*` is a pattern of the whole value, in which nothing else is special; `null`: it is none. */
function like(value: string, text: string): string | null {
  return text.includes("*") ? `fnmatch.fnmatchcase(${value}, ${pythonLiteral(text.replaceAll(/[?[]/g, "[$&]"))})` : null;
}

function all(tests: readonly string[]): string {
  return tests.length === 0 ? "True" : tests.join(" and ");
}

function any(tests: readonly string[]): string {
  return tests.length === 1 ? (tests[0] ?? "") : tests.length === 0 ? "False" : `(${tests.join(" or ")})`;
}
