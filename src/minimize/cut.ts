/** One change that makes a scenario smaller, wherever the text speaks of what goes. */
export interface Cut {
  /** What goes, for people. */
  readonly words: string;
  readonly edits: readonly Edit[];
  /** Characters that go. */
  readonly size: number;
  /** Names that others stand for after it: new → old. */
  readonly renames?: ReadonlyMap<string, string>;
}

export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The text after it. */
export function applyCut(toml: string, { edits }: Cut): string {
  const text = [...edits]
    .sort((a, b) => b.from - a.from)
    .reduce((left, { from, to, text: other }) => left.slice(0, from) + other + left.slice(to), toml);
  return `${text.replaceAll(/\n{3,}/gu, "\n\n").trimEnd()}\n`;
}

/** A change by its edits. */
export function cutBy(words: string, edits: readonly Edit[]): Cut {
  return { words, edits, size: edits.reduce((sum, { from, to, text }) => sum + (to - from) - text.length, 0) };
}
