import { stripVTControlCharacters } from "node:util";
import type { Judgement, Observation, Reason, StepRecord, Trouble } from "../observation/model.ts";
import { normaliseSpace } from "../observation/text.ts";
import { conditionWords, exitWords } from "../report/condition-words.ts";
import type { Scenario, Step } from "../scenario/model.ts";
import { isSupported } from "./claim.ts";
import { evidenceOf, judgeCondition } from "./condition.ts";
import { exitMeets, exitSeen } from "./exit.ts";
import { refusedArgument } from "./refusal.ts";

/**
 * What an observation means, and why where it means nothing. `reproduced` and `healthy` each need evidence:
 * every condition of theirs holds, at least one is stated, every step ran to its own end, and nothing was amiss
 * with the harness or the machine. `observation` may be empty for a release outside `supported`.
 */
export function judge(scenario: Scenario, observation: Observation, uvVersion: string): Judgement {
  if (!isSupported(scenario, uvVersion)) {
    const wanted = `a release in ${scenario.supported ?? "any range"}`;
    return { verdict: "unsupported", reasons: [{ kind: "not-supported", condition: null, wanted, seen: `uv ${uvVersion}` }] };
  }
  const troubles = [
    ...observation.trouble.map(troubleReason),
    ...observation.steps.flatMap((step, index) => endedReasons(step, index, observation.trouble, scenario.steps[index])),
  ];
  if (troubles.length > 0) return { verdict: "unresolved", reasons: troubles };
  const refusals = observation.steps.flatMap((step, index) => refusalReasons(step, index, uvVersion));
  if (refusals.length > 0) return { verdict: "unsupported", reasons: refusals };
  const setUp = setUpReasons(scenario.steps, observation.steps);
  if (setUp.length > 0) return { verdict: "unresolved", reasons: setUp };
  return weigh(judgeSide(scenario, observation, "reproduced"), judgeSide(scenario, observation, "healthy"));
}

interface Side {
  readonly stated: number;
  readonly shortfalls: readonly Reason[];
}

function weigh(reproduced: Side, healthy: Side): Judgement {
  const isReproduced = reproduced.stated > 0 && reproduced.shortfalls.length === 0;
  const isHealthy = healthy.stated > 0 && healthy.shortfalls.length === 0;
  if (isReproduced && isHealthy) {
    const wanted = "the conditions of `reproduced` or those of `healthy`";
    return {
      verdict: "unresolved",
      reasons: [{ kind: "ambiguous", condition: null, wanted, seen: "both hold, so the run can't be told apart" }],
    };
  }
  if (isReproduced) return { verdict: "reproduced", reasons: [] };
  if (isHealthy) return { verdict: "healthy", reasons: [] };
  const reasons = [...reproduced.shortfalls, ...healthy.shortfalls];
  return { verdict: "unresolved", reasons: reasons.length > 0 ? reasons : [NOTHING_STATED] };
}

const NOTHING_STATED: Reason = {
  kind: "condition",
  condition: null,
  wanted: "a condition that says what is the bug, or what is healthy",
  seen: "none",
};

function judgeSide(scenario: Scenario, observation: Observation, side: "reproduced" | "healthy"): Side {
  const stated = scenario.steps.reduce((sum, step) => sum + step[side].length, 0);
  const shortfalls = observation.steps.flatMap((record, index) => {
    const conditions = scenario.steps[index]?.[side] ?? [];
    if (conditions.length === 0) return [];
    const evidence = evidenceOf(observation, index, record);
    return conditions.flatMap((condition): Reason[] => {
      const { holds, seen } = judgeCondition(condition, evidence);
      return holds ? [] : [{ kind: "condition", condition: condition.path, wanted: conditionWords(condition), seen }];
    });
  });
  return { stated, shortfalls };
}

const UNTROUBLED = {
  timeout: "a step that ends by itself in time",
  signal: "a step that ends by itself",
  gateway: "a gateway that answers every request",
  python: "a usable Python",
  install: "the release, installed and able to run",
  backend: "a working index",
  "keyring-tool": "the keyring tool, installed",
  interrupted: "a run to the end",
  spawn: "a command that can be started",
  workspace: "the run's folder, as the steps before should leave it",
} as const satisfies Record<Trouble["kind"], string>;

function troubleReason({ kind, step, detail }: Trouble): Reason {
  return { kind: "trouble", condition: step === null ? null : `step[${step}]`, wanted: UNTROUBLED[kind], seen: detail };
}

/** A time-out or a signal is never a verdict, whether or not the harness also counted it as trouble. */
function endedReasons(step: StepRecord, index: number, trouble: readonly Trouble[], definition: Step | undefined): Reason[] {
  const ended = !step.timedOut && step.signal === null && step.exit !== null && !wasKilledInside(step, definition);
  if (ended || trouble.some((entry) => entry.step === index)) return [];
  return [{ kind: "trouble", condition: `step[${index}]`, wanted: UNTROUBLED[step.timedOut ? "timeout" : "signal"], seen: exitSeen(step) }];
}

/** What a shell, or `uv run`, exits with when the command in it got SIGKILL: a program never sends that to itself. */
const KILLED_INSIDE = 137;

/** Then something else ended it, for example for want of memory; unless the scenario names the status as what it is about. */
function wasKilledInside(record: StepRecord, step: Step | undefined): boolean {
  if (record.exit !== KILLED_INSIDE) return false;
  const conditions = [...(step?.reproduced ?? []), ...(step?.healthy ?? [])];
  if (conditions.length === 0 && step?.exit === "any") return false;
  const wanted = [step?.exit, ...conditions.map((condition) => (condition.kind === "exit" ? condition.exit : undefined))];
  return !wanted.some((exit) => Array.isArray(exit) && exit.includes(KILLED_INSIDE));
}

function refusalReasons(step: StepRecord, index: number, uvVersion: string): Reason[] {
  const refused = refusedArgument(step);
  if (refused === null) return [];
  const wanted = `a release that knows \`${refused}\``;
  return [
    {
      kind: "unknown-argument",
      condition: `step[${index}].run`,
      wanted,
      seen: `uv ${uvVersion} does not: ${errorLine(step.stderr).join("")}`,
    },
  ];
}

/**
 * A step without conditions prepares the others: where one failed, nothing after it can be judged. Without such a
 * failure a step that was not run says so itself.
 */
function setUpReasons(steps: readonly Step[], records: readonly StepRecord[]): Reason[] {
  const failed = records.flatMap((record, index): Reason[] => {
    const step = steps[index];
    if (step === undefined || step.reproduced.length + step.healthy.length > 0 || exitMeets(step.exit, record.exit)) return [];
    const wanted = `the command ${exitWords(step.exit)}`;
    return [{ kind: "set-up", condition: `step[${index}].exit`, wanted, seen: [exitSeen(record), ...errorLine(record.stderr)].join(": ") }];
  });
  if (failed.length > 0) return failed;
  const notRun = steps.map((_, index) => index).slice(records.length);
  return notRun.map((index) => ({ kind: "set-up", condition: `step[${index}]`, wanted: "the step to be run", seen: "it was not" }));
}

/** The line where uv says what went wrong (`error: …`, or `× …` in older releases), else the first that is not empty. */
function errorLine(stderr: string): string[] {
  const lines = stripVTControlCharacters(stderr).split("\n");
  const line = lines.find((text) => /^(?:error:|\s*×) /.test(text)) ?? lines.find((text) => text.trim() !== "");
  return line === undefined ? [] : [normaliseSpace(line)];
}
