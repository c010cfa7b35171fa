import type { Reason } from "../observation/model.ts";
import { stepCommand } from "./command-line.ts";
import { lastLines } from "./truncate.ts";
import { stepAt } from "../judge/step-place.ts";
import type { RunResult } from "./model.ts";
import { endWords } from "./timeline.ts";
import { oneLine, visible } from "../observation/visible-text.ts";

/** Characters of the end of a step's output. */
const MOST_OUTPUT = 1_500;

/**
 * How the steps of an unresolved run ended that its reasons name, the last one where they name none. The end of their
 * output follows, unless `shown`, from output to release, says that it stands above already.
 */
export function stepNotes(result: RunResult, shown: Map<string, string>): string[] {
  if (result.verdict !== "unresolved") return [];
  const { steps } = result.observation;
  const named = new Set(result.reasons.flatMap((reason) => stepOf(reason, result) ?? []));
  const positions = [...steps.keys()].filter((position) => named.has(position) || (named.size === 0 && position === steps.length - 1));
  return positions.flatMap((position) => {
    const record = steps[position]!;
    const end = `step ${position + 1}, \`${oneLine(stepCommand(record), 200)}\`: ${endWords(record)}`;
    const output = visible(lastLines(record, MOST_OUTPUT)).replaceAll("\t", "    ");
    if (output === "") return [`${end}, without a word`];
    const key = JSON.stringify([result.scenario, position, output]);
    const above = shown.get(key);
    if (above !== undefined) return [`${end}; its last lines are those with uv ${above}`];
    shown.set(key, oneLine(result.uv));
    const lines = output.split("\n").filter((text) => text.trim() !== "");
    return [[`${end}; its last lines:`, ...lines.map((text) => `  ${text}`)].join("\n")];
  });
}

/** The step of the run that a reason is about. */
function stepOf({ condition }: Reason, { definition }: RunResult): number | null {
  return condition === null ? null : stepAt(definition, condition);
}
