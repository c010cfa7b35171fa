import { normaliseSpace } from "../observation/text.ts";
import type { Condition } from "../scenario/model.ts";
import { answer, decide, type ConditionData } from "./data.ts";
import type { StepEvidence } from "./evidence.ts";
import { exitSeen, exitTest, exitWords } from "./exit.ts";
import { FILE } from "./file.ts";
import { INSTALLED, INSTALLED_LIST } from "./installed.ts";
import { testsOf, type Quote } from "./key.ts";
import { KEYRING } from "./keyring.ts";
import type { ListKind } from "./kind.ts";
import { LEAK } from "./leak.ts";
import { LOCK, LOCK_FILE } from "./lock.ts";
import { outputSeen, outputWords } from "./output.ts";
import { plainQuote } from "./quote.ts";
import { FINAL, REQUEST } from "./request.ts";
import { seenWords } from "./seen-words.ts";
import { TEXT_KEYS } from "./text.ts";

type KindName = Exclude<Condition["kind"], "exit" | "stdout" | "stderr">;

/** The kinds of condition that are about lists of records. */
export const LIST_KINDS = {
  request: REQUEST,
  final: FINAL,
  keyring: KEYRING,
  file: FILE,
  lock: LOCK,
  installed: INSTALLED,
  leak: LEAK,
} as const satisfies Record<KindName, ListKind>;

/** A condition as data, for the judge here and for that of an exported script. */
export function conditionData(condition: Condition): ConditionData {
  const { path } = condition;
  const single = { path, selects: [], quantifier: "any", min: null, max: null } as const;
  if (condition.kind === "exit") return { ...single, source: "step", holds: [exitTest(condition.exit)] };
  if ("text" in condition) return { ...single, source: condition.kind, holds: testsOf(TEXT_KEYS, condition.text, "holds") };
  const { keys, source, among } = LIST_KINDS[condition.kind];
  const { min, max } = condition.quantifier === "count" ? condition.count : { min: null, max: null };
  return {
    path,
    source,
    selects: [...among, ...testsOf(keys, condition.match, "selects")],
    holds: testsOf(keys, condition.match, "holds"),
    quantifier: condition.quantifier,
    min,
    max: max === null || max >= Number.MAX_SAFE_INTEGER ? null : max,
  };
}

/** The files that a run must look at after the step, so that the condition can be judged. */
export function filesReadBy(condition: Condition): readonly string[] {
  if (condition.kind === "file") return condition.match.path;
  if (condition.kind === "installed") return [INSTALLED_LIST];
  return condition.kind === "lock" ? [LOCK_FILE] : [];
}

/** Whether a condition holds, and what the step showed of it, in words; what it wants is said by `conditionWords`. */
export interface ConditionResult {
  readonly holds: boolean;
  readonly seen: string;
}

export function judgeCondition(condition: Condition, evidence: StepEvidence): ConditionResult {
  const data = conditionData(condition);
  const { step } = evidence;
  if (condition.kind === "exit") return { holds: decide(data, [{ exit: step.exit }]), seen: exitSeen(step) };
  const { unrecordedKeyrings = [] } = evidence;
  if (condition.kind === "keyring" && unrecordedKeyrings.length > 0) {
    return { holds: false, seen: `calls of keyring that could not be recorded: ${unrecordedKeyrings.join("; ")}` };
  }
  if ("text" in condition) {
    const output = step[condition.kind];
    return { holds: decide(data, [{ text: normaliseSpace(output) }]), seen: outputSeen(condition.text, output) };
  }
  const { among, noun, seen } = LIST_KINDS[condition.kind];
  const records = seen(evidence, condition.match).filter(({ fields }) => answer(among, fields) !== "no");
  const fields = records.map((record) => record.fields);
  return { holds: decide(data, fields), seen: seenWords(data, records, noun) };
}

/**
 * One condition as an English clause without a full stop, for example
 * `at least one final request to “private” is answered 401 or 403`.
 */
export function conditionWords(condition: Condition, quote: Quote = plainQuote): string {
  if (condition.kind === "exit") return `the command ${exitWords(condition.exit)}`;
  if ("text" in condition) return outputWords(condition.kind, condition.text, quote);
  return LIST_KINDS[condition.kind].words(condition.match, condition, quote);
}
