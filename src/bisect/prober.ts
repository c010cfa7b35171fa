import type { Probe, SearchOptions } from "./model.ts";
import { settle } from "./repeats.ts";

/** Asks releases by their place in the list, each once, and keeps what they said in the order of asking. */
export interface Prober {
  readonly versions: readonly string[];
  readonly parallel: number;
  /**
   * Asks those that were not asked before, at most `parallel` at once, and has the next ones fetched meanwhile.
   * Resolves to all of them in the order given. Where one throws, no more are begun, and those under way are
   * waited for.
   */
  probe(places: readonly number[], onAnswer?: (probe: Probe) => void): Promise<Probe[]>;
  prefetch(places: readonly number[]): void;
  /** What is known of a release. */
  at(place: number): Probe | undefined;
  /** Places that were asked, oldest first. */
  known(): number[];
  /** In the order of asking. */
  asked(): Probe[];
}

export function createProber({ versions, probe, parallel = 1, prefetch }: SearchOptions): Prober {
  if (!Number.isInteger(parallel) || parallel < 1) throw new Error(`parallel must be 1 or more, not ${parallel}`);
  if (new Set(versions).size !== versions.length) throw new Error("a release is listed twice");
  const order = new Set<number>();
  const answers = new Map<number, Probe>();
  const versionAt = (place: number): string => {
    const version = versions[place];
    if (version === undefined) throw new Error(`no release at ${place} of ${versions.length}`);
    return version;
  };
  const fetchAhead = (places: readonly number[]): void => {
    const fresh = places.filter((place) => !answers.has(place));
    if (fresh.length > 0) prefetch?.(fresh.map(versionAt));
  };

  async function ask(fresh: readonly number[], onAnswer: (probe: Probe) => void): Promise<void> {
    const waiting = fresh.entries();
    let failed = false;
    const work = async (): Promise<void> => {
      for (const [position, place] of waiting) {
        if (failed) return;
        fetchAhead(fresh.slice(Math.max(position + 1, parallel), position + 1 + parallel));
        try {
          const answer = settle(versionAt(place), await probe(versionAt(place)));
          answers.set(place, answer);
          onAnswer(answer);
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    const workers = await Promise.allSettled(Array.from({ length: Math.min(parallel, fresh.length) }, work));
    for (const worker of workers) if (worker.status === "rejected") throw worker.reason;
  }

  return {
    versions,
    parallel,
    async probe(places, onAnswer = () => {}) {
      const fresh = [...new Set(places)].filter((place) => !answers.has(place));
      for (const place of fresh) order.add(place);
      await ask(fresh, onAnswer);
      return places.flatMap((place) => answers.get(place) ?? []);
    },
    prefetch: fetchAhead,
    at: (place) => answers.get(place),
    known: () => [...answers.keys()].sort((a, b) => a - b),
    asked: () => [...order].flatMap((place) => answers.get(place) ?? []),
  };
}

/** Whether a release came to one of the two verdicts that can differ; the others are skipped. */
export function isResolved(probe: Probe | undefined): probe is Probe & { readonly verdict: "reproduced" | "healthy" } {
  return probe?.verdict === "reproduced" || probe?.verdict === "healthy";
}
