import type { NameRecord } from "../observation/model.ts";
import type { Budget } from "./resource-budget.ts";

/** Keeps which names were asked for, in order; an equal question of the same step once. */
export interface NameJournal {
  /** Whether it is the first of its kind in its step. */
  add(question: NameRecord): boolean;
  records(): readonly NameRecord[];
}

export function createNameJournal(budget: Budget): NameJournal {
  const records = new Map<string, NameRecord>();
  return {
    add(question) {
      const key = `${question.step} ${question.type} ${question.name}`;
      if (records.has(key) || !budget.spend("recorded", key.length)) return false;
      records.set(key, question);
      return true;
    },
    records: () => [...records.values()],
  };
}

const TYPES: Readonly<Record<number, string>> = { 1: "A", 28: "AAAA", 64: "SVCB", 65: "HTTPS" };

/** As RFC 3597 writes what has no name. */
export function typeName(type: number): string {
  return TYPES[type] ?? `TYPE${type}`;
}
