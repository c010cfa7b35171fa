import { holdsFor, type Fields, type Operator, type Scalar } from "./operator.ts";

/** One thing that is asked of a record: its field, how it is compared (see `OPERATORS`), and with what. */
export interface Test {
  readonly field: string;
  readonly operator: Operator;
  readonly values: readonly Scalar[];
}

/**
 * A condition as data, so that any language can judge it.
 *
 * `source` says which records of the step it is about; each record has these fields:
 * - `step`: one record, the step itself. `exit`: its exit status.
 * - `stdout`, `stderr`: one record, that output. `text`: normalised, see `normaliseSpace`.
 * - `request`: one for each answer. `index` (`default` where no index declares the host), `method`, `url`, `host` (the URL
 *   again), `status` (0: none was sent), `final`, `user`, `authorization`, `range` (the header), `httpVersion` (`1.1`, `2.0`), and
 *   `header.NAME` for each of `RECORDED_HEADERS`, `null` where it was not sent.
 * - `keyring`: one for each call. `operation`, `service`, `user` (its positional arguments, empty where absent), `args` (a
 *   list), `from`, `finished`, `exit`, `raised` (the class's last name; `nothing`; `null` where the call did not finish).
 * - `file`: one for each path that a condition of the step names. `path`, `exists`, `text` (normalised; `null` where there is
 *   no such file; missing where it could not be read).
 * - `lock`: one for each package of the project's `uv.lock`. `package`, `version`, `source` (a list), `url` (a list), `requires` (a
 *   list). One record without any field where the file is not there or could not be read.
 * - `installed`: one for each package in the venv. `package`, `version`. One record without any field where there is no venv.
 * - `leak`: one for each secret in the clear. `where`, `secret` (a list: its own name, and each that stands for it).
 *
 * The tests of a list must all hold. `decide` says what the quantifier makes of them.
 */
export interface ConditionData {
  /** Where the condition stands, as `step[1].reproduced.final.any`. */
  readonly path: string;
  readonly source: Source;
  /** Which records are meant. */
  readonly selects: readonly Test[];
  /** What must hold of them. */
  readonly holds: readonly Test[];
  readonly quantifier: "any" | "none" | "every" | "count";
  /** For `count`: how many at least, and at most; `null`: no limit. */
  readonly min: number | null;
  readonly max: number | null;
}

export type Source = "step" | "stdout" | "stderr" | "request" | "keyring" | "file" | "lock" | "installed" | "leak";

/** `unknown`: a field could not be seen, and no other test says no. */
export type Answer = "yes" | "no" | "unknown";

/** Whether a record passes all tests: one that fails says no, whatever could not be seen. */
export function answer(tests: readonly Test[], fields: Fields): Answer {
  let all: Answer = "yes";
  for (const { field, operator, values } of tests) {
    const value = fields[field];
    if (value === undefined) all = "unknown";
    else if (!holdsFor(operator, value, values)) return "no";
  }
  return all;
}

/**
 * Whether the condition holds for sure: also if whatever could not be seen were the opposite of what is wanted. A record
 * matches where it is selected and fulfils.
 *
 * - `any`: a record matches.
 * - `none`: each record is known not to match.
 * - `every`: a record is selected, and each that is, or may be, fulfils.
 * - `count`: the number of those that match, and of those that may, are both between `min` and `max`.
 */
export function decide(data: ConditionData, records: readonly Fields[]): boolean {
  const matches = records.map((fields) => answer([...data.selects, ...data.holds], fields));
  const sure = matches.filter((match) => match === "yes").length;
  const possible = matches.filter((match) => match !== "no").length;
  switch (data.quantifier) {
    case "any":
      return sure > 0;
    case "none":
      return possible === 0;
    case "every":
      return (
        records.some((fields) => answer(data.selects, fields) === "yes") &&
        records.every((fields) => answer(data.selects, fields) === "no" || answer(data.holds, fields) === "yes")
      );
    default:
      return sure >= (data.min ?? 0) && possible <= (data.max ?? Number.POSITIVE_INFINITY);
  }
}
