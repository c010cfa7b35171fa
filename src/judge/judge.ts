import { stripVTControlCharacters } from "node:util";
import { evidenceOf } from "../condition/evidence.ts";
import { exitMeets, exitSeen, exitWords } from "../condition/exit.ts";
import { conditionWords, judgeCondition } from "../condition/table.ts";
import type { Judgement, Observation, Reason, StepRecord, Trouble } from "../observation/model.ts";
import { normaliseSpace } from "../observation/text.ts";
import { OUT_OF_REACH, PREVIOUS, type Scenario } from "../scenario/model.ts";
import { causeIn } from "./cause.ts";
import { isSupported } from "./claim.ts";
import { evidenceFor, silentSteps } from "./evidence.ts";
import { machineAtFault } from "./machine-fault.ts";
import { KNOWING, refusedArgument } from "./unknown-argument.ts";
import { stepPlace } from "./step-place.ts";

/**
 * What an observation means, and why where it means nothing. `reproduced` and `healthy` each need evidence:
 * every condition of theirs holds, at least one is stated, every step ran to its own end, and nothing was amiss
 * with the harness or the machine. `observation` may be empty for a release outside `supported`.
 */
export function judge(scenario: Scenario, observation: Observation, uvVersion: string): Judgement {
  if (!isSupported(scenario, uvVersion)) {
    const wanted = `a release in ${scenario.supported ?? "any range"}`;
    if (scenario.needs !== undefined) return without("unsupported", [outOfReach(scenario.needs)]);
    return without("unsupported", [{ kind: "not-supported", condition: null, wanted, seen: `uv ${uvVersion}` }]);
  }
  const troubles = [
    ...observation.trouble.map((trouble) => troubleReason(scenario, trouble)),
    ...observation.steps.flatMap((step, index) => endedReasons(scenario, step, index, observation.trouble)),
  ];
  if (troubles.length > 0) return without("unresolved", troubles);
  const refusals = observation.steps.flatMap((step, index) => refusalReasons(scenario, step, index, uvVersion));
  // A release that the scenario itself names is the same whichever is under test, which then is not at fault.
  const isNamed = observation.steps.some(({ uv }, index) => uv !== undefined && scenario.steps[index]?.uv !== PREVIOUS);
  if (refusals.length > 0) return without(isNamed ? "unresolved" : "unsupported", refusals);
  const setUp = setUpReasons(scenario, observation.steps);
  if (setUp.length > 0) return without("unresolved", setUp);
  return weigh(scenario, observation);
}

/** No verdict about the bug, and why. */
function without(verdict: "unresolved" | "unsupported", reasons: readonly Reason[]): Judgement {
  return { verdict, evidence: null, reasons };
}

interface Side {
  readonly stated: number;
  readonly shortfalls: readonly Reason[];
}

function weigh(scenario: Scenario, observation: Observation): Judgement {
  const reproduced = judgeSide(scenario, observation, "reproduced");
  const healthy = judgeSide(scenario, observation, "healthy");
  const isReproduced = reproduced.stated > 0 && reproduced.shortfalls.length === 0;
  const isHealthy = healthy.stated > 0 && healthy.shortfalls.length === 0;
  if (isReproduced && isHealthy) {
    return without("unresolved", [ambiguous(scenario)]);
  }
  if (isReproduced || isHealthy) {
    const verdict = isReproduced ? "reproduced" : "healthy";
    const silent = silentSteps(scenario, observation, verdict);
    return silent.length > 0 ? without("unresolved", silent) : { verdict, evidence: evidenceFor(scenario, verdict), reasons: [] };
  }
  const reasons = [...reproduced.shortfalls, ...healthy.shortfalls];
  return without("unresolved", reasons.length > 0 ? reasons : [NOTHING_STATED]);
}

function outOfReach(needs: NonNullable<Scenario["needs"]>): Reason {
  const wanted = needs.map((need) => OUT_OF_REACH[need]).join(" and ");
  const seen = "a run is a process on Linux with a home of its own, and reaches neither the system's keychain nor another system";
  return { kind: "not-supported", condition: null, wanted, seen };
}

function ambiguous(scenario: Scenario): Reason {
  const said = (side: "reproduced" | "healthy"): string => {
    const words = scenario.steps.flatMap((step) => step[side]).map((condition) => conditionWords(condition));
    const more = words.length - NAMED;
    return `\`${side}\` (${[...words.slice(0, NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join("; ")})`;
  };
  const advice = "sharpen one side: ask for `exit = 0` in `healthy`, or for what only the bug does in `reproduced`";
  return {
    kind: "ambiguous",
    condition: null,
    wanted: "the conditions of `reproduced` or those of `healthy`, not both",
    seen: `${said("reproduced")} and ${said("healthy")} both hold, so the run can't be told apart; ${advice}`,
  };
}

/** How many conditions of a side an ambiguous run's reason names. */
const NAMED = 3;

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
  keyring: "a keyring that ends every call that it begins",
  interrupted: "a run to the end",
  spawn: "a command that can be started",
  workspace: "the run's folder, as the steps before should leave it",
  resources: "a machine with disk, memory, open files and processes to spare",
  frozen: "a machine that runs all the while",
} as const satisfies Record<Trouble["kind"], string>;

function troubleReason(scenario: Scenario, { kind, step, detail }: Trouble): Reason {
  return { kind: "trouble", condition: step === null ? null : stepPlace(scenario, step), wanted: UNTROUBLED[kind], seen: detail };
}

/** A time-out, a signal or a machine at its end is never a verdict, whether or not the harness also counted it as trouble. */
function endedReasons(scenario: Scenario, step: StepRecord, index: number, trouble: readonly Trouble[]): Reason[] {
  if (trouble.some((entry) => entry.step === index)) return [];
  const reason = (kind: Trouble["kind"], seen: string): Reason => ({
    kind: "trouble",
    condition: stepPlace(scenario, index),
    wanted: UNTROUBLED[kind],
    seen,
  });
  if (step.timedOut) return [reason("timeout", exitSeen(step))];
  if (step.signal !== null || step.exit === null) return [reason("signal", exitSeen(step))];
  const amiss = machineAtFault(step, scenario.steps[index]);
  return amiss === null ? [] : [reason(amiss.kind, amiss.seen)];
}

function refusalReasons(scenario: Scenario, step: StepRecord, index: number, uvVersion: string): Reason[] {
  const refused = refusedArgument(step);
  if (refused === null) return [];
  const wanted = `${KNOWING}\`${refused}\``;
  return [
    {
      kind: "unknown-argument",
      condition: stepPlace(scenario, index, "run"),
      wanted,
      seen: `uv ${step.uv ?? uvVersion} does not: ${errorLine(step.stderr)}`,
    },
  ];
}

/**
 * A step without conditions prepares the others: where one failed, nothing after it can be judged. Without such a
 * failure a step that was not run says so itself.
 */
function setUpReasons(scenario: Scenario, records: readonly StepRecord[]): Reason[] {
  const failed = records.flatMap((record, index): Reason[] => {
    const step = scenario.steps[index];
    if (step === undefined || step.reproduced.length + step.healthy.length > 0 || exitMeets(step.exit, record.exit)) return [];
    const wanted = `the command ${exitWords(step.exit)}`;
    return [
      {
        kind: "set-up",
        condition: stepPlace(scenario, index, "exit"),
        wanted,
        seen: [exitSeen(record), causeIn(record.stderr) ?? []].flat().join(": "),
      },
    ];
  });
  if (failed.length > 0) return failed;
  const notRun = scenario.steps.map((_, index) => index).slice(records.length);
  return notRun.map((index) => ({
    kind: "set-up",
    condition: stepPlace(scenario, index),
    wanted: "the step to be run",
    seen: "it was not",
  }));
}

/** The line where uv's parser says what it does not know. */
function errorLine(stderr: string): string {
  return normaliseSpace(
    stripVTControlCharacters(stderr)
      .split("\n")
      .find((text) => text.startsWith("error: ")) ?? "",
  );
}
