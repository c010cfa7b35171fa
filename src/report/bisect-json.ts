import type { BisectResult, Coverage, Direction } from "../bisect/model.ts";
import type { BisectReport } from "./bisect.ts";
import { answerStatement, changeOf, compareUrl } from "./bisect-words.ts";
import { differenceWords, indented } from "./difference-words.ts";
import type { RunResult } from "./model.ts";
import type { RunJsonEntry } from "./json.ts";
import { keptSearch, type KeptSearch } from "./kept-search.ts";
import { toProbeJson, type ProbeJson } from "./search-evidence.ts";
import { runOf } from "./run-of.ts";

/** What `bisect --json` prints. */
export interface BisectJson {
  readonly schema: 1;
  readonly kind: "bisect";
  readonly scenario: string;
  /** The bounds: `null` where no two releases differ. */
  readonly good: string | null;
  readonly bad: string | null;
  /** Neighbouring releases, `lastBefore` the older; with only releases of `skipped` between them where those gave no verdict. */
  readonly firstChanged: string | null;
  readonly lastBefore: string | null;
  /** `null` also where `firstChanged` is the first release that knows all steps. */
  readonly direction: Direction | null;
  readonly probes: readonly ProbeJson[];
  readonly skipped: readonly string[];
  readonly outcome: BisectResult["outcome"]["kind"];
  readonly contradictions: readonly { readonly lastBefore: string; readonly firstChanged: string }[];
  /** The given bounds as they turned out. */
  readonly given: { readonly good: ProbeJson | null; readonly bad: ProbeJson | null };
  readonly coverage: Coverage;
  /** The page that compares the two releases in uv's repository. */
  readonly compareUrl: string | null;
  /** What differed between the runs of the two, a line each. */
  readonly differed: readonly string[];
  /** How sure the two are: so many runs of each, and with what chance they miss a verdict that comes in what share of runs. */
  readonly repeats: { readonly runs: number; readonly missed: number; readonly rate: number } | null;
  /** Of the whole search. */
  readonly durationMs: number | null;
  /** What `uv-mre report` makes the other formats of. */
  readonly kept: KeptSearch<BisectResult>;
  /** Every run behind the answer. */
  readonly runs: readonly RunJsonEntry[];
}

export function toBisectJson(report: BisectReport): BisectJson {
  const { result } = report;
  const change = changeOf(result);
  const [before, after] = change === null ? [] : [change.lastBefore, change.firstChanged];
  const { good, bad } = result.given;
  const statement = answerStatement(result);
  return {
    schema: 1,
    kind: "bisect",
    scenario: report.scenario,
    good: result.good,
    bad: result.bad,
    firstChanged: after ?? null,
    lastBefore: before ?? null,
    direction: result.direction,
    probes: result.probes.map((probe) => toProbeJson(probe, report)),
    skipped: result.skipped,
    outcome: result.outcome.kind,
    contradictions: result.contradictions.map((other) => ({ lastBefore: other.before.uv, firstChanged: other.after.uv })),
    given: { good: good === null ? null : toProbeJson(good, report), bad: bad === null ? null : toProbeJson(bad, report) },
    coverage: result.coverage,
    compareUrl: before === undefined || after === undefined ? null : compareUrl(before, after),
    differed:
      before === undefined || after === undefined
        ? []
        : differed(runOf(before, result.probes, report.runs), runOf(after, result.probes, report.runs)),
    repeats: statement === null ? null : { runs: statement.runs, missed: statement.missed, rate: statement.rate },
    durationMs: report.durationMs === undefined ? null : Math.round(report.durationMs),
    ...keptSearch(report),
  };
}

/** A line each, nested ones indented. */
export function differed(before: RunResult | undefined, after: RunResult | undefined): string[] {
  if (before === undefined || after === undefined) return [];
  return indented(differenceWords(before, after, (value) => value));
}
