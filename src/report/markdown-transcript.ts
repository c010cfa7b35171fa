import type { StepRecord } from "../observation/model.ts";
import type { Step } from "../scenario/model.ts";
import { stepCommand } from "./command-line.ts";
import { cut, lastLines } from "./truncate.ts";
import type { Limits } from "./limits.ts";
import { blocks, details, fence } from "./markdown-text.ts";
import type { RunResult } from "./model.ts";
import { endWords } from "./timeline.ts";
import { clip, oneLine } from "../observation/visible-text.ts";

const LONG_LINES = 30;

/** What was typed and printed, step by step; long output goes behind a fold. */
export function transcript(run: RunResult, limits: Limits): string {
  const { steps } = run.observation;
  return blocks(
    ...steps.map((step, index) =>
      stepTranscript(step, run.definition.steps[index], `Step ${index + 1} of ${run.definition.steps.length}`, limits),
    ),
  );
}

function stepTranscript(record: StepRecord, step: Step | undefined, name: string, limits: Limits): string {
  const { stdout, stderr } = record;
  const text = [
    ...(step === undefined ? [] : contextLines(step)),
    clip(`$ ${stepCommand(record)}`, 2_000),
    ...stream("stdout", stdout, limits.output),
    ...stream("stderr", stderr, limits.output),
    `--- ${endWords(record)}`,
  ].join("\n");
  const fenced = fence(text, "console");
  const lines = text.split("\n").length;
  if (lines <= LONG_LINES) return fenced;
  const fold = details(`${name}: ${clip(stepCommand(record), 120)} (${endWords(record)}, ${lines} lines)`, fenced);
  const last = lastLines(record, Math.min(limits.output, 1_500));
  return last === "" ? fold : blocks(fold, `The last lines of ${name.toLowerCase()}:`, fence(last, "console"));
}

function stream(name: string, text: string, limit: number): string[] {
  return text.trim() === "" ? [] : [`--- ${name}`, cut(text.trimEnd(), limit)];
}

/** What stood around the command, as comments. */
function contextLines(step: Step): string[] {
  const lines: string[] = [];
  if (step.venv === "active") lines.push("the project's virtual environment is active");
  if (step.cwd !== "") lines.push(`in the folder ${step.cwd}`);
  for (const [name, value] of Object.entries(step.env)) lines.push(`with ${name}=${value}`);
  for (const path of Object.keys(step.write)) lines.push(`after writing ${path}`);
  for (const path of step.delete) lines.push(`after removing ${path}`);
  for (const change of step.set) lines.push(changeWords(change));
  if (step.stdin !== null) lines.push(`with ${step.stdin.length} characters on stdin`);
  if (step.tls === "none") lines.push("without trust in the index's certificate");
  return lines.slice(0, 40).map((line) => `# ${oneLine(line, 300)}`);
}

function changeWords(change: Step["set"][number]): string {
  switch (change.kind) {
    case "user-state":
      return `the user ${change.user} of the index ${change.index} is ${change.state} from now on`;
    case "publish":
      return `${change.package.name} ${change.package.version} is now on the index ${change.index}`;
    case "yank":
      return `${change.package} ${change.version} is now yanked on the index ${change.index}`;
    case "faults":
      break;
  }
  return change.faults.length === 0
    ? `the index ${change.index} answers without faults from now on`
    : `the index ${change.index} has these faults from now on: ${change.faults.map(({ kind }) => kind).join(", ")}`;
}
