import type {
  Authorization,
  Condition,
  ExitExpectation,
  FileMatcher,
  KeyringMatcher,
  Quantified,
  RequestMatcher,
} from "../scenario/model.ts";
import { oneLine } from "./visible-text.ts";

/** Sets apart a value that the scenario wrote: “…” in plain text, a code span in Markdown. */
export type Quote = (value: string) => string;

const plainQuote: Quote = (value) => `“${oneLine(value)}”`;

const AUTHORIZATION_WORDS = {
  none: "no credentials",
  "user-only": "a user without a password",
  good: "good credentials",
  stale: "stale credentials",
  unknown: "unknown credentials",
  bearer: "a bearer token",
} satisfies Record<Authorization, string>;

const KEYRING_WORDS = {
  venv: "the venv's keyring",
  tool: "the keyring tool",
  other: "another keyring",
} satisfies Record<NonNullable<KeyringMatcher["from"]>[number], string>;

/**
 * One condition as an English clause without a full stop, for example
 * `at least one final request to “private” is answered 401 or 403`.
 */
export function conditionWords(condition: Condition, quote: Quote = plainQuote): string {
  switch (condition.kind) {
    case "exit":
      return `the command ${exitWords(condition.exit)}`;
    case "stdout":
    case "stderr":
      return `${condition.kind} ${textWords(condition.text, quote).join(" and ")}`;
    case "request":
    case "final":
      return quantified(condition, {
        noun: condition.kind === "final" ? "final request" : "request",
        which: requestSelection(condition.match, quote),
        predicates: requestPredicates(condition.match, quote),
      });
    case "keyring":
      return quantified(condition, { noun: "keyring call", ...keyringWords(condition.match, quote) });
    case "file":
      return fileWords(condition, condition.match, quote);
    case "leak":
      break;
  }
  const { where = [], secret = [] } = condition.match;
  if (condition.quantifier === "every") {
    const predicates = [
      ...(secret.length === 0 ? [] : [`is of ${either(secret, quote)}`]),
      ...(where.length === 0 ? [] : [`is in ${either(where, quote)}`]),
    ];
    return quantified(condition, { noun: "leak", which: "", predicates: predicates.map((words) => verb(words)) });
  }
  const place = where.length === 0 ? "" : ` to ${either(where, quote)}`;
  const which = secret.length === 0 ? "" : ` ${either(secret, quote)}`;
  return quantified(condition, { noun: "secret", which, predicates: [verb(`is written in the clear${place}`)] });
}

/** What an exit status must be, as a verb phrase: `exits with 0`, `fails (exits with anything but 0)`. */
export function exitWords(exit: ExitExpectation): string {
  if (exit === "any") return "exits with any status";
  return exit === "nonzero" ? "fails (exits with anything but 0)" : `exits with ${either(exit, String)}`;
}

/** A predicate for one thing and for many: `is answered 200`, `are answered 200`. */
type Predicate = (many: boolean) => string;

interface Clause {
  readonly noun: string;
  /** What selects, with a leading space; `""` for all. */
  readonly which: string;
  readonly predicates: readonly Predicate[];
}

function quantified(quantity: Quantified, { noun, which, predicates }: Clause): string {
  const say = (amount: string, many: boolean): string => {
    const subject = `${amount} ${noun}${many ? "s" : ""}${which}`;
    if (predicates.length === 0) return `there ${many ? "are" : "is"} ${subject}`;
    return `${subject} ${predicates.map((predicate) => predicate(many)).join(" and ")}`;
  };
  if (quantity.quantifier !== "count") {
    if (quantity.quantifier === "none") return say("no", false);
    if (quantity.quantifier === "any" || predicates.length === 0) return say("at least one", false);
    return `${say("every", false)}, and there is at least one`;
  }
  const { min, max } = quantity.count;
  if (min === max) return say(`exactly ${min}`, min !== 1);
  if (max >= Number.MAX_SAFE_INTEGER) return say(`at least ${min}`, min !== 1);
  return min === 0 ? say(`at most ${max}`, max !== 1) : say(`${min} to ${max}`, true);
}

function requestSelection(match: RequestMatcher, quote: Quote): string {
  const parts: string[] = [];
  if (match.method !== undefined) parts.push(`with the method ${either(match.method, quote)}`);
  if (match.index !== undefined) parts.push(`to ${either(match.index, quote)}`);
  if (match.host !== undefined) parts.push(`at the host ${either(match.host, quote)}`);
  if (match.url !== undefined) parts.push(`whose URL matches ${either(match.url, quote)}`);
  if (match.range !== undefined) parts.push(match.range ? "for a range" : "for the whole");
  return parts.map((part) => ` ${part}`).join("");
}

function requestPredicates(match: RequestMatcher, quote: Quote): Predicate[] {
  const predicates: Predicate[] = [];
  if (match.status !== undefined) {
    const statuses = either(match.status, (status) => (status === 0 ? "not at all" : String(status)));
    predicates.push(verb(`is answered ${statuses}`));
  }
  if (match.authorization !== undefined) {
    predicates.push(verb(`carries ${either(match.authorization, (authorization) => AUTHORIZATION_WORDS[authorization])}`));
  }
  if (match.user !== undefined) predicates.push(verb(`names the user ${either(match.user, quote)}`));
  if (match.httpVersion !== undefined) predicates.push(verb(`uses HTTP ${either(match.httpVersion, quote)}`));
  return predicates;
}

function keyringWords(match: KeyringMatcher, quote: Quote): Pick<Clause, "which" | "predicates"> {
  const operation = match.operation === undefined ? "" : ` to ${either(match.operation, quote)}`;
  const service = match.service === undefined ? "" : ` for the service ${either(match.service, quote)}`;
  const predicates: Predicate[] = [];
  if (match.from !== undefined) predicates.push(verb(`comes from ${either(match.from, (from) => KEYRING_WORDS[from])}`));
  if (match.user !== undefined) predicates.push(verb(`asks for the user ${either(match.user, quote)}`));
  if (match.args !== undefined) predicates.push(verb(`has the argument ${either(match.args, quote)}`));
  if (match.raised !== undefined)
    predicates.push(verb(`raises ${either(match.raised, (name) => (name === "nothing" ? name : quote(name)))}`));
  if (match.finished !== undefined) predicates.push(verb(match.finished ? "finishes" : "is killed or still hanging when the step ends"));
  if (match.exit !== undefined) predicates.push(verb(`exits with ${either(match.exit, String)}`));
  return { which: operation + service, predicates };
}

function fileWords(quantity: Quantified, match: FileMatcher, quote: Quote): string {
  const { path, exists } = match;
  const [only] = path;
  const predicates = [...(exists === undefined ? [] : [exists ? "exists" : "is absent"]), ...textWords(match, quote)];
  // One path needs no quantity: `uv.lock` exists.
  if (
    path.length === 1 &&
    only !== undefined &&
    predicates.length > 0 &&
    quantity.quantifier !== "none" &&
    quantity.quantifier !== "count"
  ) {
    return `${quote(only)} ${predicates.join(" and ")}`;
  }
  const which = `${path.length === 1 ? "" : " among"} ${either(path, quote)}`;
  return quantified(quantity, { noun: "file", which, predicates: predicates.map((words) => verb(words)) });
}

function textWords(
  text: { readonly contains?: readonly string[]; readonly lacks?: readonly string[]; readonly matches?: string },
  quote: Quote,
): string[] {
  const words: string[] = [];
  if (text.contains !== undefined) words.push(`contains ${either(text.contains, quote)}`);
  if (text.lacks !== undefined) words.push(`lacks ${text.lacks.map(quote).join(" and ")}`);
  if (text.matches !== undefined) words.push(`matches the pattern ${quote(text.matches)}`);
  return words;
}

/** The third person singular given, the plural derived: `is` → `are`, `carries` → `carry`, `finishes` → `finish`. */
function verb(words: string): Predicate {
  const [first = "", ...rest] = words.split(" ");
  const plural = IRREGULAR[first] ?? first.replace(/(?<=match|finish)es$|s$/u, "").replace(/ie$/u, "y");
  return (many) => [many ? plural : first, ...rest].join(" ");
}

const MANY_VALUES = 12;

const IRREGULAR: Readonly<Record<string, string>> = { is: "are", has: "have" };

function either<Value>(values: readonly Value[], write: (value: Value) => string): string {
  const words = values.slice(0, MANY_VALUES).map((value) => write(value));
  if (values.length > MANY_VALUES) words.push(`one of ${values.length - MANY_VALUES} more`);
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
