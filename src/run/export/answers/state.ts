import { stateKey } from "../../../export/answer-table.ts";
import { openAskable, type AskableGateway, type AskableOptions } from "../../../gateway/askable-gateway.ts";
import type { Distribution } from "../../../scenario/distribution.ts";
import type { Change, Fault, Scenario } from "../../../scenario/model.ts";

/** What a scenario's steps change, phase by phase; the first phase is before all steps, and changes nothing. */
export interface Phase {
  /** From 1; 0 for the first phase. */
  readonly step: number;
  readonly changes: readonly Change[];
}

export function phasesOf({ steps }: Scenario): Phase[] {
  return [{ step: 0, changes: [] }, ...steps.flatMap((step, at) => (step.set.length === 0 ? [] : [{ step: at + 1, changes: step.set }]))];
}

/** By phase, the faults that are set with it. */
export function faultsOf(scenario: Scenario, index: string): Record<number, readonly Fault[]> {
  const first = [...scenario.indexes, scenario.defaultIndex].find(({ name }) => name === index)?.faults ?? [];
  const set: [number, readonly Fault[]][] = phasesOf(scenario).flatMap(({ changes }, phase) =>
    changes.flatMap((change): [number, readonly Fault[]][] =>
      change.kind === "faults" && change.index === index ? [[phase, change.faults]] : [],
    ),
  );
  return Object.fromEntries([...(first.length === 0 ? [] : [[0, first] as const]), ...set]);
}

/** One state that the indexes may be in together. */
export interface State {
  readonly key: string;
  readonly phase: number;
  readonly gateway: AskableGateway;
}

interface StateOptions extends Omit<AskableOptions, "files"> {
  /** By index and phase: what is there from then on. */
  files(index: string, phase: number): readonly Distribution[];
}

/** Every state: the phases, each with the users of an index revoked or not where a fault of it revokes. */
export function statesOf(scenario: Scenario, options: StateOptions): State[] {
  const phases = phasesOf(scenario);
  const revoking = scenario.indexes
    .map(({ name }) => name)
    .filter((name) =>
      Object.values(faultsOf(scenario, name))
        .flat()
        .some(({ kind }) => kind === "revoke"),
    );
  return phases.flatMap((_, phase) => {
    const combined = revoking.reduce<Record<string, number>[]>(
      (all, index) => all.flatMap((one) => [one, ...Array.from({ length: phase + 1 }, (__, at) => ({ ...one, [index]: at }))]),
      [{}],
    );
    return combined.map((revoked) => open(phases, phase, revoked, options));
  });
}

function open(phases: readonly Phase[], phase: number, revoked: Readonly<Record<string, number>>, options: StateOptions): State {
  const gateway = openAskable({ ...options, files: (index) => options.files(index, phase) });
  for (let at = 0; at <= phase; at++) {
    for (const change of phases[at]?.changes ?? []) if (change.kind !== "faults") gateway.apply(change);
    for (const [index, when] of Object.entries(revoked)) if (when === at) gateway.revokeAll(index);
  }
  return { key: stateKey(phase, revoked), phase, gateway };
}
