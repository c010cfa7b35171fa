import type { Quantified } from "../scenario/model.ts";
import type { Scalar } from "./operator.ts";

/** A predicate for one thing and for many: `is answered 200`, `are answered 200`. */
type Predicate = (many: boolean) => string;

interface Clause {
  readonly noun: string;
  /** What selects, with a leading space; `""` for all. */
  readonly which: string;
  /** In the third person singular. */
  readonly predicates: readonly string[];
}

/** A sentence about how many records of a kind do what the predicates say. */
export function quantifiedWords(quantity: Quantified, { noun, which, predicates }: Clause): string {
  const said = predicates.map(verb);
  const say = (amount: string, many: boolean): string => {
    const subject = `${amount} ${noun}${many ? "s" : ""}${which}`;
    if (said.length === 0) return `there ${many ? "are" : "is"} ${subject}`;
    return `${subject} ${said.map((predicate) => predicate(many)).join(" and ")}`;
  };
  if (quantity.quantifier !== "count") {
    if (quantity.quantifier === "none") return say("no", false);
    if (quantity.quantifier === "any" || said.length === 0) return say("at least one", false);
    return `${say("every", false)}, and there is at least one`;
  }
  const { min, max } = quantity.count;
  if (min === max) return say(`exactly ${min}`, min !== 1);
  if (max >= Number.MAX_SAFE_INTEGER) return say(`at least ${min}`, min !== 1);
  return min === 0 ? say(`at most ${max}`, max !== 1) : say(`${min} to ${max}`, true);
}

/** The third person singular given, the plural derived: `is` → `are`, `carries` → `carry`, `finishes` → `finish`. */
function verb(words: string): Predicate {
  const [first = "", ...rest] = words.split(" ");
  const plural = IRREGULAR[first] ?? first.replace(/(?<=match|finish)es$|s$/u, "").replace(/ie$/u, "y");
  return (many) => [many ? plural : first, ...rest].join(" ");
}

const IRREGULAR: Readonly<Record<string, string>> = { is: "are", has: "have" };

const MANY_VALUES = 12;

/** Alternatives: `a, b or c`. Long lists are counted. */
export function either(values: readonly Scalar[], write: (value: string) => string = String): string {
  const words = values.slice(0, MANY_VALUES).map((value) => write(String(value)));
  if (values.length > MANY_VALUES) words.push(`one of ${values.length - MANY_VALUES} more`);
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
