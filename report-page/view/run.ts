import type { RunResult } from "../../src/report/model.ts";
import type { PageData, PageRun, RunDetail } from "../../src/report/page-data.ts";

/** A run as the page has it: its evidence may have been left out. */
export type Run = Omit<RunResult, "observation"> & Pick<RunDetail, "observation"> & Pick<PageRun, "variation">;

/** The report's data; the details of a run are read when they are asked for. */
export interface Report extends PageData {
  /** `undefined`: there is no run at this place. */
  run(place: number | null): Run | undefined;
}

/** Reads what `toHtml` wrote: a line for the page, then one for each run. */
export function openReport(text: string): Report {
  const [first = "", ...lines] = text.trim().split("\n");
  const data = JSON.parse(first) as PageData;
  const known = new Map<number, Run>();
  return {
    ...data,
    run(place) {
      const [line, head] = place === null ? [] : [lines[place], data.runs[place]];
      if (place === null || line === undefined || head === undefined) return undefined;
      const run = known.get(place) ?? detailed(JSON.parse(line) as RunDetail, head, data.shared);
      known.set(place, run);
      return run;
    },
  };
}

function detailed({ shared: places, ...run }: RunDetail, { variation }: PageRun, shared: readonly unknown[]): Run {
  return {
    ...run,
    variation,
    definition: shared[places.definition] as RunResult["definition"],
    scenarioText: shared[places.scenarioText] as string,
    environment: shared[places.environment] as RunResult["environment"],
    filledFiles: shared[places.filledFiles] as RunResult["filledFiles"],
  };
}

const NOTHING: RunResult["observation"] = { steps: [], requests: [], keyring: [], files: [], leaks: [], trouble: [] };

/** The run for what needs evidence; where it was left out, there is none. */
export function observed(run: Run): RunResult {
  return { ...run, observation: run.observation ?? NOTHING };
}
