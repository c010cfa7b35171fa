import type { Attachment } from "../report/model.ts";
import type { Harness } from "../run/harness.ts";
import type { LoadedScenario } from "../run/load.ts";

/** The exported script of each scenario, to go behind a fold of the report. */
export async function attachScripts(_harness: Harness, _scenarios: readonly LoadedScenario[]): Promise<Attachment[]> {
  return [];
}
