import type { Evidence, Verdict } from "../observation/model.ts";
import { compare, isVersion } from "../scenario/version.ts";
import type { RunResult } from "./model.ts";
import { judgedWords } from "./verdict-words.ts";

/** Releases that follow each other among those run and came to the same verdict, by the same kind of evidence, and claim. */
export interface ReleaseGroup {
  readonly verdict: Verdict;
  readonly evidence: Evidence | null;
  readonly claim: RunResult["claim"];
  /** Oldest first; at least one. */
  readonly runs: readonly RunResult[];
}

const ORDER: readonly Verdict[] = ["reproduced", "healthy", "unresolved", "unsupported"];

/** Oldest release first; what is no version (it should not occur) goes last in the order given. */
export function sortByRelease<Run extends Pick<RunResult, "uv">>(runs: readonly Run[]): Run[] {
  return [...runs].sort((a, b) => compareReleases(a.uv, b.uv));
}

function compareReleases(a: string, b: string): number {
  if (isVersion(a) && isVersion(b)) return compare(a, b);
  return Number(isVersion(b)) - Number(isVersion(a));
}

/** The runs of one scenario, oldest release first, neighbours of equal verdict and claim put together. */
export function groupReleases(runs: readonly RunResult[]): ReleaseGroup[] {
  const groups: (ReleaseGroup & { runs: RunResult[] })[] = [];
  for (const run of sortByRelease(runs)) {
    const { verdict, evidence, claim } = run;
    const last = groups.at(-1);
    if (last !== undefined && judgedWords(last) === judgedWords(run) && last.claim === claim) last.runs.push(run);
    else groups.push({ verdict, evidence, claim, runs: [run] });
  }
  return groups;
}

/** `0.9.5`, or `0.9.5 – 0.9.18 (14 releases)`; never hides that releases between were not run: it says how many were. */
export function rangeWords(runs: readonly Pick<RunResult, "uv">[]): string {
  const [first, last] = [runs[0]?.uv ?? "", runs.at(-1)?.uv ?? ""];
  if (runs.length < 3) return runs.map(({ uv }) => uv).join(", ");
  return `${first} – ${last} (${runs.length} releases run)`;
}

interface JudgedRuns {
  readonly verdict: Verdict;
  /** As `judgedWords` has it. */
  readonly words: string;
  readonly runs: readonly RunResult[];
}

/**
 * The runs by verdict, in the order of what a reader wants to know first, those that rest on exit statuses alone by
 * themselves; verdicts that did not occur are absent.
 */
export function byVerdict(runs: readonly RunResult[]): JudgedRuns[] {
  const sorted = sortByRelease(runs);
  return ORDER.flatMap((verdict) => {
    const judged = sorted.filter((run) => run.verdict === verdict);
    const byFacts = [...judged].sort((a, b) => Number(a.evidence === "exit-status") - Number(b.evidence === "exit-status"));
    return [...Map.groupBy(byFacts, judgedWords)].map(([words, same]) => ({ verdict, words, runs: same }));
  });
}

/**
 * The runs whose evidence stands for all of a scenario: the newest that contradicts its claim, and the newest of each
 * verdict. Runs in which nothing was run have none.
 */
export function representatives(runs: readonly RunResult[]): RunResult[] {
  return [...Map.groupBy(runs, ({ scenario }) => scenario).values()].flatMap(representativesOfOne);
}

function representativesOfOne(runs: readonly RunResult[]): RunResult[] {
  const contradicted = sortByRelease(runs).findLast(({ claim }) => claim === "contradicted");
  const newest = byVerdict(runs).map(({ runs }) => runs.at(-1));
  const chosen = [contradicted, ...newest].filter((run) => run !== undefined && run.observation.steps.length > 0);
  return [...new Set(chosen)].filter((run) => run !== undefined);
}
