import type { Evidence, Observation, Reason, RequestRecord, Verdict } from "../observation/model.ts";
import type { Condition, Scenario, Step } from "../scenario/model.ts";
import { neverAsks } from "./never-asks.ts";
import { stepPlace } from "./step-place.ts";

type Side = "reproduced" | "healthy";

/** What a verdict rests on whose conditions all hold. */
export function evidenceFor(scenario: Pick<Scenario, "steps">, side: Side): Evidence {
  return scenario.steps.some((step) => step[side].some(({ kind }) => kind !== "exit")) ? "facts" : "exit-status";
}

/**
 * Whether a step whose conditions decide must have asked an index or keyring: whatever made it end so otherwise, it was not
 * what the scenario is about. Unless its command never asks, or a condition says that nothing shall be asked, or shows something
 * that is there all the same: a text that was printed, a file, a secret in the clear.
 *
 * @param step with the whole of its environment.
 */
export function mustAsk(step: Pick<Step, Side | "argv" | "env">, side: Side): boolean {
  if (step[side].length === 0 || neverAsks(step)) return false;
  return !step[side].some((condition) => forbidsRequests(condition) || showsFact(condition));
}

/** The steps that must have asked something, and did not. */
export function silentSteps(scenario: Pick<Scenario, "steps" | "env" | "venv">, observation: Observation, side: Side): Reason[] {
  return scenario.steps.flatMap((step, index): Reason[] => {
    const requests = observation.requests.filter((record) => record.step === index);
    // A connection that brought no request is one only where the scenario itself makes it fail.
    const asked = requests.some(({ unread }) => unread?.expected !== false) || observation.keyring.some((record) => record.step === index);
    if (asked || !mustAsk({ ...step, env: { ...scenario.env, ...step.env } }, side)) return [];
    const wanted = "a request or a keyring call, or a condition that there is none (`request.none = {}`), or on what is there instead";
    return [{ kind: "asked-nothing", condition: stepPlace(scenario, index, side), wanted, seen: silence(requests) }];
  });
}

/** What there was instead of a request. */
function silence(unread: readonly RequestRecord[]): string {
  const reasons = [...new Set(unread.map(({ url, reason }) => `${reason ?? "nothing could be read"} (${url})`))];
  return reasons.length === 0 ? "the step asked nothing at all" : `the step asked nothing that could be read: ${reasons.join("; ")}`;
}

/** That all, or an index or a host, is not asked: not that it answers otherwise. */
function forbidsRequests(condition: Condition): boolean {
  if (condition.kind !== "request" || Object.keys(condition.match).some((key) => key !== "index" && key !== "host")) return false;
  return condition.quantifier === "none" || (condition.quantifier === "count" && condition.count.max === 0);
}

/** That something is there, not only that something else is not. */
function showsFact(condition: Condition): boolean {
  if (condition.kind === "stdout" || condition.kind === "stderr") return "contains" in condition.text || "matches" in condition.text;
  if (condition.kind !== "file" && condition.kind !== "lock" && condition.kind !== "installed" && condition.kind !== "leak") return false;
  if (condition.quantifier === "none" || (condition.quantifier === "count" && condition.count.min === 0)) return false;
  return condition.kind !== "file" || condition.match.exists === true || condition.match.contains !== undefined;
}

/** The verdict as bisect, map, check and claims take it: one that rests on exit statuses alone counts only where the user says so. */
export function takenVerdict(
  { verdict, evidence }: { readonly verdict: Verdict; readonly evidence: Evidence | null },
  options: { readonly acceptExitStatus?: boolean | undefined },
): Verdict {
  return evidence === "exit-status" && options.acceptExitStatus !== true ? "unresolved" : verdict;
}
