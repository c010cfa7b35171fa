import { evidenceOf } from "../condition/evidence.ts";
import { judgeCondition } from "../condition/table.ts";
import type { Observation } from "../observation/model.ts";
import type { Condition, Scenario, Step } from "../scenario/model.ts";

/**
 * Whether the symptom itself is gone, on evidence: of each step that bug and health tell apart, `healthy` holds and
 * `reproduced` does not. A step that shall do the same with and without the bug ("it works all the while") is no part
 * of it, so it may fail.
 */
export function symptomIsGone(scenario: Scenario, observation: Observation): boolean {
  if (observation.trouble.length > 0 || observation.steps.some((step) => step.timedOut || step.exit === null)) return false;
  const telling = scenario.steps.flatMap((step, index) => (tellsApart(step) ? [{ step, index }] : []));
  return (
    telling.length > 0 &&
    telling.every(({ step, index }) => {
      const record = observation.steps[index];
      if (record === undefined) return false;
      const evidence = evidenceOf(observation, index, record);
      const holds = (conditions: readonly Condition[]): boolean => conditions.every((one) => judgeCondition(one, evidence).holds);
      return holds(step.healthy) && !holds(step.reproduced);
    })
  );
}

function tellsApart({ reproduced, healthy }: Step): boolean {
  const said = (conditions: readonly Condition[]): string =>
    JSON.stringify(conditions, (key: string, value: unknown) => (key === "path" && typeof value === "string" ? undefined : value));
  return reproduced.length > 0 && healthy.length > 0 && said(reproduced) !== said(healthy);
}
