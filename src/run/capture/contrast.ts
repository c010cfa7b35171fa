import { repairsOf, type Repair } from "../../capture/repairs.ts";
import { isHealthy, unlike, type Agreed } from "../../capture/symptom.ts";
import { hypothesesOf, type Varied, type Hypothesis } from "../../capture/hypotheses.ts";
import { conditionsFrom } from "../../capture/write/conditions.ts";
import { draftOf, type Draft } from "../../capture/write/draft.ts";
import type { Material } from "../../capture/write/material.ts";
import { vary } from "../../scenario/vary.ts";
import type { Shown } from "./prove.ts";

type Table = Record<string, unknown>;
type Show = (document: Table) => Promise<Shown>;

/** What stands until a run has shown what counts as the bug. */
export const ROUGH: Table = { reproduced: { exit: "nonzero" }, healthy: { exit: 0 } };

export interface ContrastOptions {
  readonly material: Material;
  readonly draft: Draft;
  /** Without the secrets of its URLs. */
  readonly argv: readonly string[];
  readonly original: Agreed;
  /** The draft's document with its conditions. */
  readonly document: Table;
  readonly show: Show;
  /** Runs for what could not be seen, at most. */
  readonly budget: number;
  readonly tell: (line: string) => void;
}

export interface Contrast {
  readonly healed: Repair | null;
  readonly varied: Varied;
  readonly runs: number;
}

/** Looks for the one change that heals, then for other hypotheses that show the same, and whether it heals those as well. */
export async function contrast({ material, draft, argv, original, document, show, budget, tell }: ContrastOptions): Promise<Contrast> {
  let runs = 0;
  const counted: Show = (each) => {
    runs += 1;
    return show(each);
  };
  const healed = await firstHealing(counted, document, repairsOf(material, draft), tell);
  const agreeing: { words: string; repair: string | null }[] = [];
  const left: string[] = [];
  const end = runs + budget;
  for (const hypothesis of hypothesesOf(material)) {
    const other = draftOf(hypothesis.material, argv);
    if (JSON.stringify(other.document) === JSON.stringify(draft.document)) continue;
    // One run tells whether it agrees, and one more what heals it.
    if (runs + 2 > end) {
      left.push(hypothesis.words);
      continue;
    }
    tell(`varying what was not seen: ${hypothesis.words}`);
    const seen = await counted(withConditions(other, ROUGH));
    if (seen.symptom === null) {
      left.push(`${hypothesis.words} (which could not be run to its end)`);
      continue;
    }
    const unlikeness = unlike(original, { symptom: seen.symptom, sameExit: true, unstable: [] });
    for (const line of unlikeness) tell(`it would not show the same: ${line}`);
    if (unlikeness.length > 0) continue;
    const repairs = repairsFor(hypothesis, other, healed);
    if (repairs.length > end - runs) {
      left.push(`${hypothesis.words} (which agrees; not all repairs were tried)`);
      continue;
    }
    const repair = await firstHealing(counted, withConditions(other, conditionsFrom(seen.observation, other.failing)), repairs, tell);
    agreeing.push({ words: hypothesis.words, repair: repair?.words ?? null });
  }
  return { healed, varied: { agreeing, left, budget }, runs };
}

/** The repair that healed the written scenario, or all where none did. */
function repairsFor({ material }: Hypothesis, draft: Draft, healed: Repair | null): Repair[] {
  return repairsOf(material, draft).filter(({ words }) => healed === null || words === healed.words);
}

async function firstHealing(show: Show, document: Table, repairs: readonly Repair[], tell: (line: string) => void): Promise<Repair | null> {
  for (const repair of repairs) {
    tell(`trying: ${repair.words}`);
    if (await heals(show, document, repair)) return repair;
  }
  return null;
}

async function heals(show: Show, document: Table, repair: Repair): Promise<boolean> {
  const { document: varied } = vary({ ...document, vary: { repair: { healed: repair.piece } } }, [{ axis: "repair", option: "healed" }]);
  const { result, symptom } = await show(varied);
  return result.verdict === "healthy" && symptom !== null && isHealthy(symptom);
}

export function withConditions({ document, failing }: Draft, conditions: Table): Table {
  const steps = (document["step"] as readonly Table[]).map((step, at) => (at === failing ? { ...step, ...conditions } : step));
  return { ...document, step: steps };
}
