import type { Quote } from "../condition/key.ts";
import type { StepRecord } from "../observation/model.ts";
import { toolOfCommand } from "../scenario/tools.ts";
import { stepCommand } from "./command-line.ts";
import { changeLines, timesWords, type ListLine } from "./difference-words.ts";
import { journalDifference, type JournalChange } from "./journal-difference.ts";
import type { RunResult } from "./model.ts";
import { stepAlone } from "./step-alone.ts";

/**
 * What a program beside uv (pip, twine, …) asked and uv did not, and the other way round, in words: each step of such a
 * program with the nearest step of uv that asked an index of its, a later one first. Empty where a run has none of both.
 */
export function toolComparisonWords(run: RunResult, quote: Quote): ListLine[] {
  return pairsOf(run).flatMap(([other, uv]) => {
    const names = { other: nameOf(run, other), uv: nameOf(run, uv) };
    const [difference] = journalDifference(stepAlone(run, other).observation, stepAlone(run, uv).observation);
    const title = { depth: 0, text: `${quote(names.other)} (step ${other + 1}) beside ${quote(names.uv)} (step ${uv + 1})` };
    const changes = difference?.changes ?? [];
    if (changes.length === 0) return [title, { depth: 1, text: "both sent the same and got the same" }];
    return [title, ...changeLines(changes, (change) => changeWords(change, run, other, quote))];
  });
}

function changeWords(change: JournalChange, run: RunResult, other: number, quote: Quote): string {
  const program = run.observation.steps[other]?.argv[0] ?? "";
  const times = timesWords(change);
  if (change.kind === "changed") {
    return `both: ${quote(change.what)}: ${quote(program)} ${quote(change.before)}, ${quote("uv")} ${quote(change.after)}${times}`;
  }
  const who = change.kind === "vanished" ? program : "uv";
  return `only ${quote(who)}: ${quote(change.what)}: ${quote(change.outcome)}${times}`;
}

function pairsOf({ observation }: RunResult): [other: number, uv: number][] {
  const asked = (step: number): Set<string | null> =>
    new Set(observation.requests.filter((request) => request.step === step).map(({ index }) => index));
  const ofUv = [...observation.steps.keys()].filter((step) => isUv(observation.steps[step]?.argv[0] ?? ""));
  return [...observation.steps.entries()].flatMap(([step, record]): [number, number][] => {
    if (!isBeside(record)) return [];
    const indexes = asked(step);
    const same = ofUv.filter((uv) => [...asked(uv)].some((index) => indexes.has(index)));
    const uv = same.find((each) => each > step) ?? same.at(-1);
    return uv === undefined ? [] : [[step, uv]];
  });
}

function isBeside({ argv: [command = "", ...rest] }: StepRecord): boolean {
  return toolOfCommand(command) !== null || (/^python[\d.]*$/.test(command) && rest[0] === "-m" && toolOfCommand(rest[1] ?? "") !== null);
}

function isUv(command: string): boolean {
  return command === "uv" || command === "uvx";
}

function nameOf({ observation }: RunResult, step: number): string {
  const record = observation.steps[step];
  return record === undefined ? "" : stepCommand(record);
}
