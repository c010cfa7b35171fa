import type { RunResult } from "./model.ts";
import { factorWords } from "./explore-words.ts";
import type { Reported, SearchReport } from "./reported.ts";
import { pageSearch, shownRuns, type PageSearch } from "./page-search.ts";
import { representatives } from "./releases.ts";
import { summaryWords } from "./summary.ts";

/**
 * What the page of an HTML report is given at once: searches, and of each run what the map of verdicts shows. With tens of
 * thousands of runs their details are read only once one is opened.
 */
export interface PageData {
  /** What there is in all, in words. */
  readonly summary: string;
  /** JSON values that the details of runs name by their place here. */
  readonly shared: readonly unknown[];
  readonly runs: readonly PageRun[];
  readonly searches: readonly PageSearch[];
}

/** A run on the map. */
export interface PageRun extends Pick<RunResult, "scenario" | "uv" | "verdict" | "claim"> {
  /** What `explore` changed in the scenario, so that the run stands for no release; `null`: it is as it was written. */
  readonly variation: string | null;
  /** `false`: left out, since all evidence of all runs would be too much for one page. */
  readonly hasEvidence: boolean;
}

/** All else of a run, without what many share. */
export type RunDetail = Omit<RunResult, keyof SharedParts | "observation"> & {
  readonly shared: { readonly [Part in keyof SharedParts]: number };
  /** `null`: left out. */
  readonly observation: RunResult["observation"] | null;
};

type SharedParts = Pick<RunResult, "definition" | "scenarioText" | "environment" | "filledFiles">;

/** Characters of evidence in one page; beyond, only the runs that stand for their verdict keep theirs. */
const MOST_EVIDENCE = 20_000_000;

/** The page's data, and the details of each of its runs in the same order. */
export function pageData(
  reported: Reported,
  mostEvidence = MOST_EVIDENCE,
): { readonly data: PageData; readonly details: readonly RunDetail[] } {
  const variations = new Map(reported.searches.flatMap(variationsOf));
  // What stands in a search and among the runs is the run's: the map shows the last of equal ones.
  const results = [...new Set([...reported.searches.flatMap(shownRuns), ...reported.results])];
  const order = new Map(results.map((result, at) => [result, at]));
  const shared: unknown[] = [];
  const places = new Map<string, number>();
  // Runs of one session hold the very same objects; what was read from JSON is told by its text.
  const seen = new Map<unknown, number>();
  const place = (value: unknown): number => {
    let known = seen.get(value);
    if (known !== undefined) return known;
    const key = JSON.stringify(value);
    known = places.get(key);
    if (known === undefined) {
      known = shared.push(value) - 1;
      places.set(key, known);
    }
    seen.set(value, known);
    return known;
  };
  const shows = new Set(withEvidence(results, mostEvidence));
  const details = results.map((result): RunDetail => {
    const { definition, scenarioText, environment, filledFiles, observation, ...rest } = result;
    return {
      ...rest,
      shared: {
        definition: place(definition),
        scenarioText: place(scenarioText),
        environment: place(environment),
        filledFiles: place(filledFiles),
      },
      observation: shows.has(result) ? observation : null,
    };
  });
  const runs = results.map((result): PageRun => {
    const { scenario, uv, verdict, claim } = result;
    return { scenario, uv, verdict, claim, variation: variations.get(result) ?? null, hasEvidence: shows.has(result) };
  });
  const placeOf = (run: RunResult | undefined): number | null => (run === undefined ? null : (order.get(run) ?? null));
  const data: PageData = {
    summary: summaryWords(results.filter((result) => !variations.has(result))),
    shared,
    runs,
    searches: reported.searches.map((search) => pageSearch(search, placeOf)),
  };
  return { data, details };
}

function variationsOf(search: SearchReport): (readonly [RunResult, string])[] {
  if (search.kind !== "explore") return [];
  return (search.runs ?? []).map(({ factors, run }) => [
    run,
    factors.length === 0 ? "starting point" : factors.map(factorWords).join(", "),
  ]);
}

/** All runs where they fit, else those that stand for their verdict and as many others as fit, in the order given. */
function withEvidence(results: readonly RunResult[], most: number): RunResult[] {
  let left = most;
  const order = new Set([...representatives(results), ...results]);
  return [...order].filter((result) => {
    const size = JSON.stringify(result.observation).length;
    if (size > left) return false;
    left -= size;
    return true;
  });
}
