import * as fc from "fast-check";
import { expect, test } from "vitest";
import { plainScenario, plainStep } from "../../test/scenario-fixture.ts";
import { markFinals } from "../observation/final-answers.ts";
import type { KeyringRecord, Observation, RequestRecord, StepRecord, Verdict } from "../observation/model.ts";
import { AUTHORIZATIONS, type Condition, type Quantified, type Scenario, type Step } from "../scenario/model.ts";
import { judge } from "./judge.ts";

// Few values of each kind, so that conditions and records meet often.
const index = fc.constantFrom("private", "other");
const status = fc.constantFrom(0, 200, 401);
const authorization = fc.constantFrom(...AUTHORIZATIONS.slice(0, 3));
const url = fc.constantFrom("https://a.example/simple/x/", "https://a.example/simple/y/");
const list = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.uniqueArray(of, { minLength: 1, maxLength: 2 });
const exit = fc.constantFrom(0, 1, 2);

const quantified: fc.Arbitrary<Quantified> = fc.oneof(
  fc.constantFrom<Quantified>({ quantifier: "any" }, { quantifier: "none" }, { quantifier: "every" }),
  fc
    .nat({ max: 2 })
    .chain((min) => fc.nat({ max: 3 }).map((more): Quantified => ({ quantifier: "count", count: { min, max: min + more } }))),
);
const requestMatch = fc.record(
  { index: list(index), url: list(url), status: list(status), authorization: list(authorization) },
  { requiredKeys: [] },
);
const keyringMatch = fc.record(
  { from: list(fc.constantFrom("venv" as const, "tool" as const)), raised: list(fc.constantFrom("nothing", "NoKeyringError")) },
  { requiredKeys: [] },
);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.oneof(fc.constantFrom("any" as const, "nonzero" as const), list(exit)).map((exit): Condition => ({ path: "p", kind: "exit", exit })),
  fc
    .tuple(fc.constantFrom("request" as const, "final" as const), requestMatch, quantified)
    .map(([kind, match, quantified]): Condition => ({ path: "p", kind, match, ...quantified })),
  fc.tuple(keyringMatch, quantified).map(([match, quantified]): Condition => ({ path: "p", kind: "keyring", match, ...quantified })),
  fc.constantFrom("ok", "bad").map((text): Condition => ({ path: "p", kind: "stdout", text: { contains: [text] } })),
);
const conditions = fc.array(condition, { maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.tuple(conditions, conditions).map(([reproduced, healthy]) => plainStep({ reproduced, healthy }));
const scenario: fc.Arbitrary<Scenario> = fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => plainScenario(steps));

const stepOf = fc.nat({ max: 2 });
const requestRecord: fc.Arbitrary<RequestRecord> = fc
  .record({ step: stepOf, index: fc.option(index), url, status, authorization })
  .map((part) => ({
    ...part,
    method: "GET",
    final: false,
    user: null,
    secret: null,
    httpVersion: "1.1",
    range: null,
    location: null,
    at: 0,
  }));
const keyringRecord: fc.Arbitrary<KeyringRecord> = fc
  .record({
    step: stepOf,
    from: fc.constantFrom("venv" as const, "tool" as const),
    raised: fc.option(fc.constant("NoKeyringError")),
    finished: fc.boolean(),
  })
  .map((part) => ({ ...part, argv: ["get", "s", "u"], exit: 0, prefix: "$WORK", at: 0, durationMs: null }));
const stepRecord: fc.Arbitrary<StepRecord> = fc
  .record({ exit, stdout: fc.constantFrom("ok", "bad", "") })
  .map((part) => ({ ...part, argv: ["uv", "sync"], signal: null, timedOut: false, durationMs: 1, stderr: "", startedAt: 0 }));
const evidence = fc.record({
  requests: fc.array(requestRecord, { maxLength: 6 }).map(markFinals),
  keyring: fc.array(keyringRecord, { maxLength: 4 }),
});

/** A scenario and an undisturbed observation of all its steps. */
const run: fc.Arbitrary<{ scenario: Scenario; observation: Observation }> = scenario.chain((scenario) =>
  fc.tuple(fc.array(stepRecord, { minLength: scenario.steps.length, maxLength: scenario.steps.length }), evidence).map(([steps, seen]) => ({
    scenario,
    observation: { steps, ...seen, files: [], leaks: [], trouble: [] },
  })),
);

/** The semantics of the model's comments once more, by counting and nothing else. */
function naiveVerdict(scenario: Scenario, observation: Observation): Verdict {
  const all = scenario.steps.flatMap((step, at) =>
    (["reproduced", "healthy"] as const).flatMap((side) =>
      step[side].map((condition) => ({ side, holds: naiveHolds(condition, at, observation) })),
    ),
  );
  const setUpFailed = scenario.steps.some(
    (step, at) => step.reproduced.length === 0 && step.healthy.length === 0 && observation.steps[at]?.exit !== 0,
  );
  const whole = (side: string): boolean => {
    const own = all.filter((one) => one.side === side);
    return own.length > 0 && own.every((one) => one.holds);
  };
  if (setUpFailed || whole("reproduced") === whole("healthy")) return "unresolved";
  const side = whole("reproduced") ? "reproduced" : "healthy";
  const isSilent = scenario.steps.some(
    (step, at) =>
      step[side].length > 0 &&
      ![...observation.requests, ...observation.keyring].some((one) => one.step === at) &&
      !step[side].some((condition) => saysNothingIsAsked(condition) || condition.kind === "stdout"),
  );
  return isSilent ? "unresolved" : side;
}

function saysNothingIsAsked(condition: Condition): boolean {
  if (condition.kind !== "request") return false;
  const { index: _, ...more } = condition.match;
  const isNone = condition.quantifier === "none" || (condition.quantifier === "count" && condition.count.max === 0);
  return isNone && Object.keys(more).length === 0;
}

function naiveHolds(condition: Condition, at: number, observation: Observation): boolean {
  const record = observation.steps[at];
  if (record === undefined) return false;
  if (condition.kind === "exit") {
    if (condition.exit === "any") return true;
    return condition.exit === "nonzero" ? record.exit !== 0 : condition.exit.some((exit) => exit === record.exit);
  }
  if (condition.kind === "stdout") return condition.text.contains?.includes(record.stdout) === true;
  if (condition.kind === "keyring") {
    const { from, raised } = condition.match;
    const calls = observation.keyring.filter((call) => call.step === at);
    const good = calls.filter((call) => {
      const outcome = call.raised ?? (call.finished ? "nothing" : "still running");
      return (from ?? [call.from]).includes(call.from) && (raised ?? [outcome]).includes(outcome);
    });
    return naiveQuantity(condition, calls.length, good.length);
  }
  if (condition.kind !== "request" && condition.kind !== "final") throw new Error(condition.kind);
  const { index, url, status, authorization } = condition.match;
  const selected = observation.requests.filter(
    (one) =>
      one.step === at &&
      (condition.kind === "request" || one.final) &&
      (index === undefined || (one.index !== null && index.includes(one.index))) &&
      (url ?? [one.url]).includes(one.url),
  );
  const good = selected.filter(
    (one) => (status ?? [one.status]).includes(one.status) && (authorization ?? [one.authorization]).includes(one.authorization),
  );
  return naiveQuantity(condition, selected.length, good.length);
}

function naiveQuantity(quantified: Quantified, selected: number, good: number): boolean {
  if (quantified.quantifier === "count") return good - quantified.count.min >= 0 && quantified.count.max - good >= 0;
  return { any: good >= 1, none: good < 1, every: selected >= 1 && good >= selected }[quantified.quantifier];
}

test("the verdict is the one that counting by hand gives, and reasons stand with no verdict alone", () => {
  const met = new Set<Verdict>();
  fc.assert(
    fc.property(run, ({ scenario, observation }) => {
      const { verdict, reasons } = judge(scenario, observation, "0.9.5");
      met.add(verdict);
      expect(verdict).toBe(naiveVerdict(scenario, observation));
      expect(reasons.length > 0).toBe(verdict === "unresolved");
    }),
    { numRuns: 2000 },
  );
  // Otherwise the generators have drifted apart and the property says little.
  expect([...met].sort()).toEqual(["healthy", "reproduced", "unresolved"]);
});

test("trouble, a missing step or a step that did not end by itself is never a verdict", () => {
  const disturbance = fc.constantFrom("trouble", "missing", "signal", "timeout", "no exit");
  fc.assert(
    fc.property(run, disturbance, fc.nat(), ({ scenario, observation }, kind, seed) => {
      const at = seed % observation.steps.length;
      const disturbed = (part: Partial<StepRecord>): Observation => ({
        ...observation,
        steps: observation.steps.map((step, position) => (position === at ? { ...step, ...part } : step)),
      });
      const disturb = {
        trouble: (): Observation => ({ ...observation, trouble: [{ kind: "gateway", step: null, detail: "gone" }] }),
        missing: (): Observation => ({ ...observation, steps: observation.steps.slice(0, at) }),
        signal: (): Observation => disturbed({ signal: "SIGKILL" }),
        timeout: (): Observation => disturbed({ timedOut: true }),
        "no exit": (): Observation => disturbed({ exit: null }),
      }[kind];
      const { verdict, reasons } = judge(scenario, disturb(), "0.9.5");
      expect(verdict).toBe("unresolved");
      expect(reasons).not.toEqual([]);
    }),
    { numRuns: 500 },
  );
});
