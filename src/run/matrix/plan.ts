import { isSupported } from "../../judge/claim.ts";
import { UserError } from "../../scenario/error.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import type { Shard } from "../../report/json.ts";
import type { Cell } from "./matrix.ts";

/**
 * The runs that scenarios × `--uv` mean, release by release within a scenario. `oldest` stands for the oldest release
 * that a scenario supports; every other specification means the same for all.
 */
export async function planCells(harness: Harness, scenarios: readonly LoadedScenario[], specs: readonly string[]): Promise<Cell[]> {
  const common = specs.filter((spec) => spec !== "oldest");
  const versions = common.length > 0 ? await harness.select(common) : [];
  const cells: Cell[] = [];
  for (const scenario of scenarios) {
    const wanted = specs.includes("oldest") ? await withOldest(harness, scenario, versions) : versions;
    cells.push(...wanted.map((uv) => ({ scenario, uv })));
  }
  return cells;
}

async function withOldest(harness: Harness, scenario: LoadedScenario, versions: readonly string[]): Promise<string[]> {
  // What needs something that no run has is `unsupported` with each release alike.
  const { supported } = scenario.scenario;
  const oldest = (await harness.releases()).find((version) => isSupported({ supported }, version));
  if (oldest === undefined) throw new UserError(`${scenario.file}: no release of uv is within supported = "${supported}"`);
  return versions.includes(oldest) ? [...versions] : [oldest, ...versions];
}

/**
 * One part of the runs, the same on every machine. Parts differ by release where there are enough of them, so that each
 * machine fetches its own only; else by run.
 */
export function shardCells(cells: readonly Cell[], { index, count }: Shard): Cell[] {
  const releases = [...new Set(cells.map(({ uv }) => uv))];
  const part = (cell: Cell, position: number): number => (releases.length >= count ? releases.indexOf(cell.uv) : position) % count;
  return cells.filter((cell, position) => part(cell, position) === index - 1);
}
