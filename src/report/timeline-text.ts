import { toolComparisonWords } from "./tool-comparison.ts";
import { commandLine, stepCommand } from "./command-line.ts";
import type { RunResult } from "./model.ts";
import { paintVerdict, PLAIN, type Paint, type TextOptions } from "./paint.ts";
import { endWords, momentWords, outcomeWords, statusWords, timelineOf, type TimelineEntry, type TimelineEvent } from "./timeline.ts";
import { displayWidth, oneLine, wrap } from "../observation/visible-text.ts";

/**
 * The time line of a run for a terminal (`--verbose`): below each step its requests and keyring calls, one line each,
 * `*` before a final answer. Lines are broken at `width` columns, `Infinity` for none, since the end of a URL decides as often as its
 * beginning; nothing is left out but repetition, which is counted.
 */
export function timelineText(run: RunResult, { width = 80, paint = PLAIN }: TextOptions = {}): string {
  const lines = wrap(oneLine(`${run.scenario} uv ${run.uv}`), width - 12).map((text) => paint.bold(text));
  lines[lines.length - 1] += `  ${paintVerdict(paint, run.verdict)}`;
  for (const step of [-1, ...run.observation.steps.keys()]) {
    const record = run.observation.steps[step];
    const entries = timelineOf(run.observation, step);
    if (record !== undefined) lines.push(...stepLines(oneLine(stepCommand(record)), `(${endWords(record)})`, width, paint));
    else if (entries.length > 0) lines.push("  before the first step");
    const moments = entries.map((entry) => `${entry.times === 1 ? "" : `(${entry.times} ×) `}${momentWords(entry)}`);
    const column = Math.max(0, ...moments.map(displayWidth));
    entries.forEach((entry, index) => lines.push(...entryLines(entry, moments[index]!.padStart(column), width, paint)));
    lines.push(...nameLines(run, step, width));
  }
  const beside = toolComparisonWords(run, oneLine);
  if (beside.length > 0) lines.push("  beside uv:");
  for (const { depth, text } of beside) {
    const indent = "  ".repeat(depth + 2);
    lines.push(...wrap(text, width - indent.length).map((part) => `${indent}${part}`));
  }
  return lines.join("\n");
}

function nameLines({ observation: { names = [] } }: RunResult, step: number, width: number): string[] {
  const asked = new Set(names.filter((each) => each.step === step).map(({ name }) => name));
  if (asked.size === 0) return [];
  return wrap(oneLine(`names asked for: ${[...asked].join(", ")}`), width - 4).map((text) => `    ${text}`);
}

/**
 * One event in one line, for `shell` and `--verbose`: `* 401 GET HTTP/2.0 user-only (VssSessionToken) https://…`.
 * What is long comes last, so that a cut costs least.
 */
export function eventWords(event: TimelineEvent): string {
  if (event.kind === "keyring") {
    const { call } = event;
    return `  ${oneLine(`keyring (${call.from}) ${outcomeWords(call)}: ${commandLine(call.argv)}`)}`;
  }
  const { request } = event;
  const carried = request.secret ?? request.user;
  const credentials = carried === null ? request.authorization : `${request.authorization} (${carried})`;
  const location = request.location === null ? "" : ` → ${request.location}`;
  const range = request.range === null ? "" : ` ${request.range}`;
  const why = request.reason === undefined ? "" : ` (${request.reason})`;
  const words = `${statusWords(request)} ${request.method} HTTP/${request.httpVersion} ${credentials}${range} ${request.url}${location}${why}`;
  return `${request.final ? "*" : " "} ${oneLine(words)}`;
}

function entryLines({ event }: TimelineEntry, moment: string, width: number, paint: Paint): string[] {
  const words = eventWords(event);
  const before = `    ${moment}  ${words.slice(0, 2)}`;
  const parts = wrap(words.slice(2), width - displayWidth(before));
  const lines = parts.map((part, position) => `${position === 0 ? before : " ".repeat(displayWidth(before))}${part}`);
  if (event.kind === "keyring") return lines.map(event.call.raised === null && event.call.finished ? paint.cyan : paint.yellow);
  return event.request.status >= 400 || event.request.status === 0 ? lines.map(paint.yellow) : lines;
}

/** The command, and behind it, or below where there is no room, how it ended. */
function stepLines(command: string, end: string, width: number, paint: Paint): string[] {
  const lines = wrap(command, width - 4).map((part, position) => `${position === 0 ? "  $ " : "    "}${part}`);
  const last = lines.at(-1) ?? "";
  const fits = displayWidth(last) + 2 + displayWidth(end) <= width;
  return fits ? [...lines.slice(0, -1), `${last}  ${paint.dim(end)}`] : [...lines, `    ${paint.dim(end)}`];
}
