import type { Probe, SearchOptions } from "./model.ts";
import { settle } from "./repeats.ts";

/**
 * Asks releases by their place in the list, each once, and keeps what they said in the order of asking. Disposing aborts
 * what is under way, and waits for its end.
 */
export interface Prober extends AsyncDisposable {
  readonly versions: readonly string[];
  readonly parallel: number;
  /**
   * Asks those that were not asked before, at most `parallel` at once, and resolves to all of them in the order
   * given. Meanwhile the next of them are fetched, and then those of `next`, which are likely to be asked later.
   * Once `enough` says so, it resolves to those that answered: those under way go on behind, and are known when they
   * are done. Where one throws, also one behind, no more are begun, and those under way are waited for.
   */
  probe(places: readonly number[], options?: ProbingOptions): Promise<Probe[]>;
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
  /** Asked after each answer. */
  readonly enough?: () => boolean;
}

export function createProber({ versions, probe, parallel = 1, prefetch }: SearchOptions): Prober {
  if (!Number.isInteger(parallel) || parallel < 1) throw new Error(`parallel must be 1 or more, not ${parallel}`);
  if (new Set(versions).size !== versions.length) throw new Error("a release is listed twice");
  /** In the order of asking. */
  const begun = new Set<number>();
  const answers = new Map<number, Probe>();
  const underWay = new Map<number, Promise<void>>();
  const stopping = new AbortController();
  let failure: { readonly error: unknown } | null = null;
  const versionAt = (place: number): string => {
    const version = versions[place];
    if (version === undefined) throw new Error(`no release at ${place} of ${versions.length}`);
    return version;
  };

  function begin(place: number, onAnswer: (probe: Probe) => void): void {
    const answered = async (): Promise<void> => {
      try {
        const answer = settle(versionAt(place), await probe(versionAt(place), stopping.signal));
        answers.set(place, answer);
        onAnswer(answer);
      } catch (error) {
        failure ??= { error };
      } finally {
        underWay.delete(place);
      }
    };
    begun.add(place);
    underWay.set(place, Promise.resolve().then(answered));
  }

  async function ask(fresh: readonly number[], options: ProbingOptions): Promise<void> {
    const { next = [], onAnswer = () => {}, enough = () => false } = options;
    const waiting = fresh.filter((place) => !begun.has(place));
    while (fresh.some((place) => !answers.has(place)) && !enough()) {
      for (const place of waiting.splice(0, Math.max(0, parallel - underWay.size))) begin(place, onAnswer);
      prefetch?.([...waiting.slice(0, parallel), ...next].filter((place) => !begun.has(place)).map(versionAt));
      await Promise.race(underWay.values());
      if (failure !== null) {
        await Promise.all(underWay.values());
        throw failure.error;
      }
    }
  }

  return {
    versions,
    parallel,
    async probe(places, options = {}) {
      await ask([...new Set(places)], options);
      return places.flatMap((place) => answers.get(place) ?? []);
    },
    at: (place) => answers.get(place),
    known: () => [...answers.keys()].sort((a, b) => a - b),
    asked: () => [...begun].flatMap((place) => answers.get(place) ?? []),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(underWay.values());
    },
  };
}

/** Whether a release came to one of the two verdicts that can differ; the others are skipped. */
export function isResolved(probe: Probe | undefined): probe is Probe & { readonly verdict: "reproduced" | "healthy" } {
  return probe?.verdict === "reproduced" || probe?.verdict === "healthy";
}
