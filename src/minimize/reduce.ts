import { UserError } from "../scenario/error.ts";
import { applyCut, type Cut } from "./cut.ts";
import { cutsOf } from "./candidate-cuts.ts";
import { shorterValues } from "./shorter-values.ts";

export interface ReduceOptions {
  /** Whether a text shows the same; told the smaller text, and which of its indexes have another name: new → first. May be called for several at once. */
  readonly shows: (text: string, renamed: ReadonlyMap<string, string>) => Promise<boolean>;
  readonly parallel: number;
  readonly signal: AbortSignal;
  /** Told of everything that went. */
  readonly onCut: (words: string, text: string) => void;
}

export interface Reduced {
  readonly text: string;
  readonly went: readonly string[];
  /** What is called by a shorter name. */
  readonly shortened: readonly string[];
  /** Ended before nothing more could go. */
  readonly stopped: boolean;
}

/** What is known of a cut that could not go. */
interface Refusal {
  /** How much had gone by then. */
  readonly at: number;
  readonly about: ReadonlySet<string>;
}

/**
 * Takes out whatever can go, larger things first, then gives what stays shorter names. Everything is tried once; what could not go is
 * tried again where something went since that speaks of the same. Several are tried at once.
 */
export async function reduce(start: string, options: ReduceOptions): Promise<Reduced> {
  const { parallel, signal, onCut } = options;
  const known = new Map<string, Promise<boolean>>();
  const [went, shortened]: [string[], string[]] = [[], []];
  const gone: ReadonlySet<string>[] = [];
  let [text, renamed]: [string, ReadonlyMap<string, string>] = [start, new Map()];

  /** A text that is no scenario shows nothing, nor does a run that was told to stop; all else is a failure of ours. */
  const refusal = (error: unknown): false => {
    if (error instanceof UserError || signal.aborted) return false;
    throw error;
  };
  const ask = (smaller: string, names: ReadonlyMap<string, string>): Promise<boolean> => {
    const answer = known.get(smaller) ?? options.shows(smaller, names).catch(refusal);
    known.set(smaller, answer);
    return answer;
  };

  /** Tries what a list has, the list being made anew after whatever goes, until nothing of it is left to try. */
  const sweep = async (listOf: (toml: string) => readonly Cut[], told: string[], how: string): Promise<void> => {
    const refused = new Map<string, Refusal>();
    const busy = new Set<string>();
    // What went beside another, and has to be shown together with it.
    const likely = new Set<string>();
    let [listed, cuts]: [string | null, readonly Cut[]] = [null, []];
    let common: ReadonlySet<string> = new Set();
    const isOpen = (cut: Cut): boolean => {
      const key = keyOf(cut, text);
      const earlier = refused.get(key);
      return !busy.has(key) && (earlier === undefined || gone.slice(earlier.at).some((about) => sharesWord(about, earlier.about, common)));
    };
    const next = (): Cut | undefined => {
      if (listed !== text) {
        [listed, cuts] = [text, listOf(text)];
        common = commonWords(cuts, text);
      }
      const open = cuts.filter(isOpen);
      return open.find((cut) => likely.has(keyOf(cut, text))) ?? open.find((cut) => !refused.has(keyOf(cut, text))) ?? open[0];
    };
    const work = async (): Promise<void> => {
      for (let cut = next(); cut !== undefined && !signal.aborted; cut = next()) {
        const [from, key, about] = [text, keyOf(cut, text), wordsIn(cut, text)];
        busy.add(key);
        likely.delete(key);
        const smaller = applyCut(from, cut);
        const names = new Map([...renamed, ...[...(cut.renames ?? [])].map(([to, from]) => [to, renamed.get(from) ?? from] as const)]);
        const goes = await ask(smaller, names);
        busy.delete(key);
        if (!goes) refused.set(key, { at: gone.length, about });
        else if (from !== text) likely.add(key);
        else if (!signal.aborted) {
          [text, renamed] = [smaller, names];
          told.push(cut.words);
          gone.push(about);
          onCut(`${how}${cut.words}`, text);
        }
      }
    };
    // Who finds nothing to do while another is at work may find something when that one is done.
    for (let before = -1; before !== gone.length && !signal.aborted;) {
      before = gone.length;
      await Promise.all(Array.from({ length: parallel }, work));
      if (next() !== undefined) before = -1;
    }
  };

  await sweep(cutsOf, went, "without ");
  await sweep(shorterValues, shortened, "");
  return { text, went, shortened, stopped: signal.aborted };
}

/** The same cut in another text has the same key: what it is called, and what goes. */
function keyOf({ words, edits }: Cut, toml: string): string {
  return JSON.stringify([words, ...edits.map(({ from, to }) => toml.slice(from, to))]);
}

/** Words of values that a cut takes out. */
function wordsIn({ edits }: Cut, toml: string): Set<string> {
  const texts = edits.map(({ from, to }) => toml.slice(from, to));
  return new Set(texts.flatMap((each) => [...each.matchAll(/[\p{L}\d][\w.-]*[\p{L}\d](?!\w*"?\s*=)/gu)].map(([word]) => word)));
}

/** Words that nearly everything speaks of, as an index's host, tell of nothing. */
function commonWords(cuts: readonly Cut[], toml: string): Set<string> {
  const counts = new Map<string, number>();
  for (const cut of cuts) for (const word of wordsIn(cut, toml)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Set([...counts].flatMap(([word, count]) => (count > Math.max(3, cuts.length / 4) ? [word] : [])));
}

function sharesWord(a: ReadonlySet<string>, b: ReadonlySet<string>, common: ReadonlySet<string>): boolean {
  return [...a].some((word) => b.has(word) && !common.has(word));
}
