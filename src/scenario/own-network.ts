import { type Fault, type Scenario, type Unreachable, UNREACHABLE } from "./model.ts";

/** What of a scenario shows only where hosts are reached as they are, and not by a proxy of ours; `null`: nothing. */
export function ownNetwork({ env, steps, indexes, defaultIndex }: Scenario): string | null {
  if ([env, ...steps.map((step) => step.env)].some((each) => Object.keys(each).some((name) => name.toUpperCase() === "NO_PROXY"))) {
    return "NO_PROXY";
  }
  // A proxy of the scenario's own says itself that it cannot reach a host; whether it can be reached itself it does not say.
  const company = indexes.filter(({ proxy }) => proxy !== undefined);
  const shown = company.length === 0 ? [...indexes, defaultIndex] : company;
  const names = new Set(shown.map(({ name }) => name));
  const set = steps.flatMap((step) =>
    step.set.flatMap((change) => (change.kind === "faults" && names.has(change.index) ? change.faults : [])),
  );
  const kind = unreachableAmong([...shown.flatMap(({ faults }) => faults), ...set]);
  return kind === null ? null : `a fault of kind "${kind}"`;
}

/** Why a host with these faults cannot be reached at all, by the first that says so; `null`: it can. */
export function unreachableAmong(faults: readonly Fault[]): Unreachable | null {
  return faults.map(unreachableBy).find((why) => why !== null) ?? null;
}

/** Why the host of a fault cannot be reached at all; `null`: it is a fault of some requests. */
export function unreachableBy({ kind }: Pick<Fault, "kind">): Unreachable | null {
  return UNREACHABLE.find((each) => each === kind) ?? null;
}
