import { UserError } from "../scenario/error.ts";
import { applyCut, cutsOf } from "./cuts.ts";

export interface ReduceOptions {
  /** Whether a text shows the same; told the smaller text. May be called for several at once. */
  readonly shows: (text: string) => Promise<boolean>;
  readonly parallel: number;
  readonly signal: AbortSignal;
  /** Told of everything that went. */
  readonly onCut: (words: string, text: string) => void;
}

export interface Reduced {
  readonly text: string;
  readonly went: readonly string[];
  /** Ended before nothing more could go. */
  readonly stopped: boolean;
}

/**
 * Takes out whatever can go, larger things first, until no single thing can. What was found not to go is not tried again in
 * the same text; several are tried at once, and the largest that may go goes.
 */
export async function reduce(start: string, { shows, parallel, signal, onCut }: ReduceOptions): Promise<Reduced> {
  const known = new Map<string, Promise<boolean>>();
  const ask = (text: string): Promise<boolean> => {
    const answer = known.get(text) ?? shows(text).catch(refusal);
    known.set(text, answer);
    return answer;
  };
  /** A text that is no scenario shows nothing, nor does a run that was told to stop; all else is a failure of ours. */
  const refusal = (error: unknown): false => {
    if (error instanceof UserError || signal.aborted) return false;
    throw error;
  };
  const went: string[] = [];
  let text = start;
  // What could not go stays unlikely to go until everything was tried once.
  let refused = new Set<string>();
  for (let again = true; again && !signal.aborted;) {
    again = false;
    for (;;) {
      const cuts = cutsOf(text).filter(({ words }) => !refused.has(words));
      const found = await firstThatGoes(cuts, text);
      if (found === null || signal.aborted) break;
      text = applyCut(text, found);
      went.push(found.words);
      onCut(found.words, text);
      again = true;
    }
    refused = new Set();
  }
  return { text, went, stopped: signal.aborted };

  async function firstThatGoes(
    cuts: readonly ReturnType<typeof cutsOf>[number][],
    from: string,
  ): Promise<ReturnType<typeof cutsOf>[number] | null> {
    for (let at = 0; at < cuts.length && !signal.aborted; at += parallel) {
      const batch = cuts.slice(at, at + parallel);
      const answers = await Promise.all(batch.map((cut) => ask(applyCut(from, cut))));
      const position = answers.indexOf(true);
      for (const [each, goes] of answers.entries()) if (!goes) refused.add(batch[each]?.words ?? "");
      if (position >= 0) return batch[position] ?? null;
    }
    return null;
  }
}
