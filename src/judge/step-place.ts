import type { Scenario } from "../scenario/model.ts";

type WithVenv = Pick<Scenario, "venv">;

/** What the file says of a step of the run, as `step[0].exit`. `state = "synced"` has put a `uv sync` before the file's own steps. */
export function stepPlace(scenario: WithVenv, index: number, key = ""): string {
  const before = stepsBefore(scenario);
  if (index < before) return "venv.state";
  return key === "" ? `step[${index - before}]` : `step[${index - before}].${key}`;
}

/** The step of the run that such a place is about; `null`: it is about none. */
export function stepAt(scenario: WithVenv, place: string): number | null {
  if (place === "venv.state") return 0;
  const position = /^step\[(\d+)\]/.exec(place)?.[1];
  return position === undefined ? null : Number(position) + stepsBefore(scenario);
}

function stepsBefore({ venv }: WithVenv): number {
  return venv.state === "synced" ? 1 : 0;
}
