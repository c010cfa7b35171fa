import { allDone } from "../all-done.ts";
import type { Probe, SearchOptions } from "./model.ts";
import { ENOUGH_RUNS, settle } from "./repeats.ts";

/** Asks releases by their place in the list, each once, and keeps what they said in the order of asking. */
export interface Prober {
  readonly versions: readonly string[];
  readonly parallel: number;
  /** Whether what may be asked is worth fetching. */
  readonly speculates: boolean;
  /**
   * Asks those that were not asked before, at most `parallel` at once, and resolves to all of them in the order
   * given. Meanwhile the next of them are fetched, and then those of `next`, which are likely to be asked later.
   * Where one throws, no more are begun, and those under way are waited for.
   */
  probe(places: readonly number[], options?: ProbingOptions): Promise<Probe[]>;
  /** Runs those again that have not enough runs behind them, anew: at least once, and until they have. */
  confirm(places: readonly number[], options?: ProbingOptions): Promise<Probe[]>;
  isConfirmed(place: number): boolean;
  /** What is known of a release. */
  at(place: number): Probe | undefined;
  /** Places that were asked, oldest first. */
  known(): number[];
  /** In the order of asking. */
  asked(): Probe[];
}

export interface ProbingOptions {
  readonly next?: readonly number[];
  readonly onAnswer?: (probe: Probe) => void;
}

/** So many rounds of releases are fetched ahead: runs and fetches take turns at being the slower one. */
const ROUNDS_AHEAD = 3;

export function createProber({
  versions,
  probe,
  parallel = 1,
  prefetch,
  speculate = true,
  confirm: enough = ENOUGH_RUNS,
}: SearchOptions): Prober {
  if (!Number.isInteger(parallel) || parallel < 1) throw new Error(`parallel must be 1 or more, not ${parallel}`);
  if (new Set(versions).size !== versions.length) throw new Error("a release is listed twice");
  const order = new Set<number>();
  const answers = new Map<number, Probe>();
  const confirmed = new Set<number>();
  const isConfirmed = (place: number): boolean => confirmed.has(place);
  const versionAt = (place: number): string => {
    const version = versions[place];
    if (version === undefined) throw new Error(`no release at ${place} of ${versions.length}`);
    return version;
  };
  const fetchAhead = (places: readonly number[]): void => {
    const fresh = places.filter((place) => !answers.has(place));
    if (fresh.length > 0) prefetch?.(fresh.map(versionAt));
  };

  async function ask(places: readonly number[], fresh: (place: number) => number, options: ProbingOptions): Promise<void> {
    const { next = [], onAnswer = () => {} } = options;
    const waiting = places.entries();
    let failed = false;
    const work = async (): Promise<void> => {
      for (const [position, place] of waiting) {
        if (failed) return;
        fetchAhead([...places.slice(Math.max(position + 1, parallel), position + 1 + ROUNDS_AHEAD * parallel), ...next]);
        try {
          const answer = settle(versionAt(place), await probe(versionAt(place), fresh(place)));
          answers.set(place, answer);
          onAnswer(answer);
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    await allDone(Array.from({ length: Math.min(parallel, places.length) }, work));
  }
  const found = (places: readonly number[]): Probe[] => places.flatMap((place) => answers.get(place) ?? []);

  return {
    versions,
    parallel,
    speculates: speculate,
    async probe(places, options = {}) {
      const unasked = [...new Set(places)].filter((place) => !answers.has(place));
      for (const place of unasked) order.add(place);
      await ask(unasked, () => 0, options);
      return found(places);
    },
    async confirm(places, options = {}) {
      const open = [...new Set(places)].filter((place) => !isConfirmed(place));
      await ask(open, (place) => Math.max(1, enough - (answers.get(place)?.verdicts.length ?? 0)), options);
      for (const place of open) confirmed.add(place);
      return found(places);
    },
    isConfirmed,
    at: (place) => answers.get(place),
    known: () => [...answers.keys()].sort((a, b) => a - b),
    asked: () => [...order].flatMap((place) => answers.get(place) ?? []),
  };
}

/** Whether a release came to one of the two verdicts that can differ; the others are skipped. */
export function isResolved(probe: Probe | undefined): probe is Probe & { readonly verdict: "reproduced" | "healthy" } {
  return probe?.verdict === "reproduced" || probe?.verdict === "healthy";
}
