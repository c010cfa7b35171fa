import type { Scenario, Step } from "../scenario/model.ts";
import { commandLine } from "./command-line.ts";
import { exitWords } from "../condition/exit.ts";
import type { Quote } from "../condition/key.ts";
import { conditionWords } from "../condition/table.ts";

/** What one step's conditions of one side say. */
export interface StepExpectation {
  /** Counts from 0. */
  readonly step: number;
  readonly command: string;
  readonly clauses: readonly string[];
}

/**
 * The conditions of one side in words, step by step. Under `healthy`, a step without any conditions says what exit it
 * needs, since a run is only judged if those steps work.
 */
export function expectation(scenario: Pick<Scenario, "steps">, side: "reproduced" | "healthy", quote?: Quote): StepExpectation[] {
  return scenario.steps
    .map((step, index) => ({ step: index, command: commandLine(step.argv), clauses: clauses(step, side, quote) }))
    .filter((expected) => expected.clauses.length > 0);
}

function clauses(step: Step, side: "reproduced" | "healthy", quote: Quote | undefined): string[] {
  if (step.reproduced.length === 0 && step.healthy.length === 0) {
    return side === "healthy" && step.exit !== "any" ? [`the command ${exitWords(step.exit)}`] : [];
  }
  return step[side].map((condition) => conditionWords(condition, quote));
}
