/** What a run may ask of the gateway; far more than any scenario needs, and no more than this process can bear. */
const MOST = {
  connections: { amount: 1_000, words: "connections open at once" },
  requests: { amount: 100_000, words: "requests" },
  recorded: { amount: 64_000_000, words: "characters in the URLs and headers of its requests" },
  uploaded: { amount: 512_000_000, words: "bytes of uploads" },
} as const;

export type Spent = keyof typeof MOST;

export interface Budget {
  /** Takes so much; whether it was still there. The first time that it was not is trouble of the run. */
  spend(kind: Spent, amount: number): boolean;
  /** Gives back what is no longer held. */
  giveBack(kind: Spent, amount: number): void;
}

/** `trouble` makes the run unresolved: what came after was not answered, or not recorded. */
export function createBudget(trouble: (detail: string) => void): Budget {
  const spent = new Map<Spent, number>();
  const told = new Set<Spent>();
  return {
    spend(kind, amount) {
      const sum = (spent.get(kind) ?? 0) + amount;
      if (sum > MOST[kind].amount) {
        if (!told.has(kind)) trouble(`the steps reached the limit of ${MOST[kind].amount} ${MOST[kind].words}`);
        told.add(kind);
        return false;
      }
      spent.set(kind, sum);
      return true;
    },
    giveBack(kind, amount) {
      spent.set(kind, (spent.get(kind) ?? 0) - amount);
    },
  };
}
