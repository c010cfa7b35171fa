import type { Verdict } from "../observation/model.ts";

/** What asking one release gave: one verdict for each of its runs that are known, in order; at least one. */
export interface ProbeResult {
  readonly verdicts: readonly Verdict[];
}

/**
 * Runs a scenario with one release. `fresh`: so many runs are made anew, and join those that are known; 0: what is
 * known is enough. What it throws ends the search.
 */
export type ProbeRelease = (uv: string, fresh: number) => Promise<ProbeResult>;

/** One release that was asked, as the search understood the answer. */
export interface Probe {
  readonly uv: string;
  /** `unresolved` where the repeats differ. */
  readonly verdict: Verdict;
  readonly verdicts: readonly Verdict[];
  /** The repeats differ. */
  readonly flaky: boolean;
}

export interface SearchOptions {
  /** Releases, oldest first, each once. */
  readonly versions: readonly string[];
  readonly probe: ProbeRelease;
  /** How many releases may be asked at once; 1 by default. */
  readonly parallel?: number;
  /** Told which releases are likely to be asked next, while others are being asked; what it was told before is outdated. */
  readonly prefetch?: (versions: readonly string[]) => void;
  /**
   * Whether that may be more than what is asked in any case: each place that the answers may lead to. Where no core is to
   * spare, that slows down what is being asked. True by default.
   */
  readonly speculate?: boolean;
  /** Runs of each release behind an answer; `ENOUGH_RUNS` by default. Fewer take less time, and are wrong of flaky releases more often. */
  readonly confirm?: number;
}

/** `introduced`: healthy before, reproduced after. `fixed`: the other way round. */
export type Direction = "introduced" | "fixed";

/** Two releases that were asked one after the other by age, and whose verdicts differ. */
export interface VerdictChange {
  readonly before: Probe;
  readonly after: Probe;
}

export type BisectOutcome =
  /** The two are neighbours among the releases, and differ. */
  | { readonly kind: "found"; readonly lastBefore: string; readonly firstChanged: string }
  /** All releases between the two were skipped: the change came with one of them, or with the second. */
  | { readonly kind: "range"; readonly lastBefore: string; readonly firstChanged: string; readonly skipped: readonly string[] }
  /** Those that were asked and came to a verdict agree: no change was found. */
  | { readonly kind: "same-verdict"; readonly verdict: "reproduced" | "healthy"; readonly oldest: string; readonly newest: string }
  /** They agree, and no older release knows all the steps: only those of `skipped` lie between the two. */
  | {
      readonly kind: "first-supported";
      readonly verdict: "reproduced" | "healthy";
      readonly lastBefore: string;
      readonly firstChanged: string;
      readonly skipped: readonly string[];
      readonly newest: string;
    }
  /** These came to more than one verdict when they were run again, so that no change can be told. */
  | { readonly kind: "flaky"; readonly flaky: readonly string[] }
  /** A bound that was given came to no verdict. */
  | { readonly kind: "unresolved-bound"; readonly bounds: readonly Probe[] }
  /** No release at all came to a verdict. */
  | { readonly kind: "no-verdict" };

/** What a search asked and what it did not. */
export interface Coverage {
  readonly asked: number;
  /** Not asked, where an answer may hide. */
  readonly unasked: number;
  /** Not asked, since releases on both sides do not know a step. */
  readonly beyondSupport: number;
  /** The longest stretch of `unasked`. */
  readonly longest: { readonly from: string; readonly to: string; readonly count: number } | null;
}

export interface BisectResult {
  readonly outcome: BisectOutcome;
  /** The bounds that were given, as they turned out; `null` where none was. */
  readonly given: { readonly good: Probe | null; readonly bad: Probe | null };
  readonly coverage: Coverage;
  /** The bounds as they turned out: the healthy and the reproduced one; `null` where there is none. */
  readonly good: string | null;
  readonly bad: string | null;
  readonly direction: Direction | null;
  /** Every release that was asked, in the order of asking; none twice. */
  readonly probes: readonly Probe[];
  /** Those of them without a verdict, oldest first. */
  readonly skipped: readonly string[];
  /** Changes beside the one that was found: with these the history is no single change. */
  readonly contradictions: readonly VerdictChange[];
  /** What to do about it; `null` where nothing is amiss. */
  readonly advice: string | null;
  /** How often the search waited for probes after the bounds were known. */
  readonly rounds: number;
}

/** A run of neighbouring releases with one verdict. */
export interface Segment {
  readonly from: string;
  readonly to: string;
  readonly verdict: Verdict;
  /** Asked, oldest first. */
  readonly probed: readonly string[];
  /** Not asked: the probed ones on either side have this verdict. */
  readonly inferred: readonly string[];
}

export interface MapResult {
  /** Every release, oldest first. */
  readonly versions: readonly string[];
  /** Oldest first; together they hold every release. */
  readonly segments: readonly Segment[];
  /** In the order of asking; none twice. */
  readonly probes: readonly Probe[];
  /** Every release was asked. */
  readonly exhaustive: boolean;
  /**
   * The most releases that lay unasked between two that were asked and agreed. A stretch of another verdict with
   * more releases than this can't have been missed.
   */
  readonly widestGap: number;
}
