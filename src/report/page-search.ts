import type { Verdict } from "../observation/model.ts";
import { answerStatement, answerWords, changeOf, changesOf, compareUrl, givenWords, mapStatement, type Change } from "./bisect-words.ts";
import { differenceWords, type ListLine } from "./difference-words.ts";
import { causeWords, exploreWords, factorWords, INTERRUPTED, NO_CAUSE, NOT_REDUCED, searchNotes, stoppedWords } from "./explore-words.ts";
import { explorationRun } from "./explored-run.ts";
import { coverageWords } from "./map.ts";
import type { RunResult } from "./model.ts";
import type { SearchReport } from "./reported.ts";
import { runOf } from "./run-of.ts";
import { probeWords, withoutVerdict } from "./search-evidence.ts";

/** A search as the page shows it. A run is told by its place in the page's list; `null`: it is not kept. */
export type PageSearch = PageBisect | PageMap | PageExplore;

/** A release that was asked. */
interface PageProbe {
  readonly uv: string;
  readonly verdict: Verdict;
  /** The verdict with its repeats, or why there is none. */
  readonly words: string;
  readonly run: number | null;
}

/** Two releases that follow one another and differ. */
interface PageChange {
  readonly before: string;
  readonly after: string;
  /** The page that shows what lies between in uv's repository. */
  readonly url: string | null;
  readonly differed: readonly ListLine[];
  readonly runs: readonly [number, number] | null;
}

interface PageAnswer {
  readonly scenario: string;
  readonly title: string;
  readonly answer: string;
  readonly notes: readonly string[];
}

export interface PageBisect extends PageAnswer {
  readonly kind: "bisect";
  /** In the order of asking. */
  readonly probes: readonly PageProbe[];
  readonly change: PageChange | null;
}

export interface PageMap extends PageAnswer {
  readonly kind: "map";
  /** Every release, oldest first; what was not asked is inferred. */
  readonly releases: readonly (PageProbe & { readonly asked: boolean })[];
  readonly changes: readonly PageChange[];
}

export interface PageExplore extends PageAnswer {
  readonly kind: "explore";
  readonly causes: readonly {
    readonly text: string;
    readonly run: number | null;
    /** The cause as a scenario. */
    readonly scenario: string;
    readonly note: string | null;
    /** The same without one of its factors. */
    readonly without: readonly {
      readonly factor: string;
      readonly verdict: Verdict;
      readonly proven: boolean;
      readonly run: number | null;
    }[];
  }[];
}

/** Where a run stands in the page's list. */
export type PlaceOf = (run: RunResult | undefined) => number | null;

export function pageSearch(search: SearchReport, place: PlaceOf): PageSearch {
  switch (search.kind) {
    case "bisect":
      return pageBisect(search, place);
    case "map":
      return pageMap(search, place);
    case "explore":
      return pageExplore(search, place);
  }
}

/** The runs that a search's view leads to. */
export function shownRuns(search: SearchReport): RunResult[] {
  if (search.kind === "explore") return (search.runs ?? []).map(({ run }) => run);
  const { probes } = search.result;
  return probes.flatMap(({ uv }) => runOf(uv, probes, search.runs) ?? []);
}

type Of<Kind> = Extract<SearchReport, { readonly kind: Kind }>;

function pageBisect(search: Of<"bisect">, place: PlaceOf): PageBisect {
  const { scenario, result, runs } = search;
  const change = changeOf(result);
  const notes = [
    ...givenWords(result, asItIs),
    result.advice,
    ...result.contradictions.map(({ before, after }) => `Also seen: ${before.uv} ${before.verdict}, ${after.uv} ${after.verdict}.`),
    answerStatement(result)?.text ?? null,
  ];
  return {
    kind: "bisect",
    scenario,
    title: runs[0]?.title ?? scenario,
    answer: answerWords(result, asItIs, runs),
    notes: notes.filter((note) => note !== null),
    probes: result.probes.map((probe) => pageProbe(search, probe, place)),
    change: change === null ? null : pageChange(search, change, place),
  };
}

function pageMap(search: Of<"map">, place: PlaceOf): PageMap {
  const { scenario, result, runs } = search;
  const probes = new Map(result.probes.map((probe) => [probe.uv, probe]));
  const inferred = new Map(result.segments.flatMap(({ verdict, inferred }) => inferred.map((uv) => [uv, verdict])));
  const count = result.segments.length - 1;
  const statement = mapStatement(result);
  return {
    kind: "map",
    scenario,
    title: runs[0]?.title ?? scenario,
    answer: `${count === 0 ? "No change" : count === 1 ? "1 change" : `${count} changes`} of verdict over ${result.versions.length} releases.`,
    notes: [
      coverageWords(result),
      ...withoutVerdict(result.probes, search).map(({ releases, words }) => `${releases.join(", ")}: ${words}`),
      ...(statement === null ? [] : [statement.text]),
    ],
    releases: result.versions.map((uv) => {
      const probe = probes.get(uv);
      if (probe !== undefined) return { ...pageProbe(search, probe, place), asked: true };
      const verdict = inferred.get(uv) ?? "unresolved";
      return { uv, verdict, words: `${verdict}, not run`, run: null, asked: false };
    }),
    changes: changesOf(result).map((change) => pageChange(search, change, place)),
  };
}

function pageProbe(search: Of<"bisect" | "map">, probe: Of<"bisect">["result"]["probes"][number], place: PlaceOf): PageProbe {
  const { uv, verdict } = probe;
  return { uv, verdict, words: probeWords(probe, search), run: place(runOf(uv, search.result.probes, search.runs)) };
}

function pageChange({ result, runs }: Of<"bisect" | "map">, change: Change, place: PlaceOf): PageChange {
  const { lastBefore: before, firstChanged: after } = change;
  const [first, second] = [before, after].map((uv) => runOf(uv, result.probes, runs));
  const places = [place(first), place(second)];
  return {
    before,
    after,
    url: compareUrl(before, after),
    differed: first === undefined || second === undefined ? [] : differenceWords(first, second, asItIs),
    runs: typeof places[0] === "number" && typeof places[1] === "number" ? [places[0], places[1]] : null,
  };
}

function pageExplore(search: Of<"explore">, place: PlaceOf): PageExplore {
  const { scenario, result, written } = search;
  const stopped = stoppedWords(result);
  const notes = [
    stopped?.why ?? null,
    result.interrupted ? INTERRUPTED : null,
    stopped === null && result.causes.length === 0 ? NO_CAUSE : null,
    ...searchNotes(result).map(({ text }) => text),
  ];
  return {
    kind: "explore",
    scenario,
    title: search.runs?.[0]?.run.definition.title ?? scenario,
    answer: stopped?.text ?? exploreWords(search),
    notes: notes.filter((note) => note !== null),
    causes: result.causes.map((cause, index) => ({
      text: causeWords(cause),
      run: place(explorationRun(search, cause.factors)?.run),
      scenario: written[index]?.text ?? "",
      note: cause.reduced ? null : NOT_REDUCED,
      without: cause.necessary.map(({ factor, without, proven }) => ({
        factor: factorWords(factor),
        verdict: without.verdict,
        proven,
        run: place(explorationRun(search, without.factors)?.run),
      })),
    })),
  };
}

function asItIs(value: string): string {
  return value;
}
