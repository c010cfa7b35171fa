import type { RunResult } from "../../src/report/model.ts";
import type { PageData, PageRun } from "../../src/report/page-data.ts";

/** A run as the page has it: its evidence may have been left out. */
export type Run = ReturnType<typeof runsOf>[number];

const NOTHING: RunResult["observation"] = { steps: [], requests: [], keyring: [], files: [], leaks: [], trouble: [] };

/** The run for what needs evidence; where it was left out, there is none. */
export function observed(run: Run): RunResult {
  return { ...run, observation: run.observation ?? NOTHING };
}

export const SIGNS = { reproduced: "R", healthy: "H", unresolved: "?", unsupported: "–" } as const;

/** The runs as they were, on the page's side. */
export function runsOf({
  shared,
  runs,
}: Pick<PageData, "shared" | "runs">): (Omit<RunResult, "observation"> & Pick<PageRun, "observation" | "variation">)[] {
  return runs.map(({ shared: places, ...run }) => ({
    ...run,
    definition: shared[places.definition] as RunResult["definition"],
    scenarioText: shared[places.scenarioText] as string,
    environment: shared[places.environment] as RunResult["environment"],
    filledFiles: shared[places.filledFiles] as RunResult["filledFiles"],
  }));
}
