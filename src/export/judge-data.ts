import { type ConditionData, type Test } from "../condition/data.ts";
import { exitTest } from "../condition/exit.ts";
import { WITH_VALUE } from "../condition/keyring.ts";
import { conditionData, conditionWords } from "../condition/table.ts";
import { mustAsk } from "../judge/evidence.ts";
import { CHILD_ENDED, ENDED_INSIDE, endedInside, EXHAUSTED, outputTexts } from "../judge/machine-fault.ts";
import { REFUSALS, REFUSED_VALUE, USAGE } from "../judge/unknown-argument.ts";
import { ownNames, uvCommand } from "../judge/uv-command.ts";
import { DISGUISES } from "../observation/disguise.ts";
import { PREFIX, WRITTEN } from "../observation/secret-search.ts";
import { FRAME, SPACE } from "../observation/text.ts";
import type { Condition, Scenario, Step } from "../scenario/model.ts";
import { pythonPattern } from "./python-pattern.ts";
import { specifierTests } from "./specifier-tests.ts";

interface JudgeOptions {
  /** Calls of keyring are recorded. */
  readonly keyring: boolean;
  /** The variable of each secret by its label, where leaks are looked for. */
  readonly secrets: Readonly<Record<string, string>> | null;
}

/** What the script's judge reads: what each step must show, and by what trouble is told from a verdict. */
export function judgeData(scenario: Scenario, { keyring, secrets }: JudgeOptions): unknown {
  const hasBadCertificate = scenario.indexes.some(({ certificate }) => certificate !== "good");
  return {
    steps: scenario.steps.map((step) => stepData({ ...step, env: { ...scenario.env, ...step.env } }, hasBadCertificate)),
    supported: specifierTests(scenario.supported ?? ""),
    venv: scenario.venv.path,
    withValue: keyring ? [...WITH_VALUE] : null,
    secrets,
    signs: { ...SIGNS, ...(secrets === null ? {} : LEAK_SIGNS) },
  };
}

function stepData(step: Step, hasBadCertificate: boolean): unknown {
  const conditions = [
    ...step.reproduced.map((condition) => ["the bug", conditionWords(condition), pythonData(condition)]),
    ...step.healthy.map((condition) => ["healthy", conditionWords(condition), pythonData(condition)]),
  ];
  const read = uvCommand(step.argv).own;
  return {
    /** Of a step that prepares the others. */
    exit: conditions.length === 0 ? exitTest(step.exit) : null,
    conditions,
    /** A connection without a request is what the scenario wants. */
    mayBeSilent: step.tls === "none" || hasBadCertificate,
    /** The verdicts that it must have asked an index or keyring for. */
    mustAsk: [...(mustAsk(step, "reproduced") ? ["the bug"] : []), ...(mustAsk(step, "healthy") ? ["healthy"] : [])],
    ownWords: read < step.argv.length - 1 ? read : null,
    ownNames: ownNames(step.argv),
    about: aboutOf(step),
  };
}

function pythonData(condition: Condition): Omit<ConditionData, "path"> {
  const { path: _, ...data } = conditionData(condition);
  const written = (tests: readonly Test[]): Test[] =>
    tests.map((test) =>
      test.operator === "matches" ? { ...test, values: test.values.map((value) => pythonPattern(new RegExp(String(value)))) } : test,
    );
  return { ...data, selects: written(data.selects), holds: written(data.holds) };
}

/** Statuses and words that a step is about: no trouble. */
function aboutOf(step: Step): (number | string)[] {
  const amiss = endedInside(step);
  return [...ENDED_INSIDE.filter((status) => !amiss.includes(status)), ...outputTexts(step).filter(isOfTrouble)];
}

function isOfTrouble(text: string): boolean {
  return new RegExp(`${EXHAUSTED.source}|${CHILD_ENDED.source.replace(String.raw`\b`, "")}`, "i").test(text);
}

/** What a terminal reads as an order, as Node strips it. */
const CODES = String.raw`\x1b\][\s\S]*?(?:\x07|\x1b\\|\x9c)|[\x1b\x9b][\[\]()#;?]*(?:[0-9]{1,4}(?:[;:][0-9]{0,4})*)?[0-9A-PR-TZcf-nq-uy=><~]`;

const SIGNS = {
  codes: CODES,
  space: pythonPattern(SPACE),
  frame: pythonPattern(FRAME),
  refusals: REFUSALS.map(pythonPattern),
  refusedValue: pythonPattern(REFUSED_VALUE),
  usage: pythonPattern(USAGE),
  endedInside: ENDED_INSIDE,
  exhausted: pythonPattern(EXHAUSTED),
  childEnded: pythonPattern(CHILD_ENDED),
};

const LEAK_SIGNS = {
  prefix: pythonPattern(PREFIX),
  written: pythonPattern(new RegExp(WRITTEN)),
  disguises: DISGUISES.map(({ what }) => pythonPattern(what)),
};
