import { commandLine, stepCommand } from "./command-line.ts";
import { decidingStep } from "./deciding-step.ts";
import type { RunResult } from "./model.ts";
import { cutMiddle, shortPath } from "./short-url.ts";
import { outcomeWords, shorten, statusWords, timelineOf, type TimelineEntry, type TimelineLine } from "./timeline.ts";
import { oneLine } from "../observation/visible-text.ts";

/**
 * A mermaid `sequenceDiagram` of the deciding step, which GitHub draws: you, uv, keyring and the indexes, with
 * credentials and statuses on the arrows. `""` where no step was run. At most `limit` exchanges (from 2 on).
 */
export function sequenceDiagram(run: RunResult, limit: number): string {
  const step = decidingStep(run);
  const record = step === null ? undefined : run.observation.steps[step];
  if (step === null || record === undefined) return "";
  const lines = shorten(timelineOf(run.observation, step), limit);
  const asked = [...new Set(lines.flatMap((line) => ("event" in line ? [party(line)] : [])))];
  const names = new Map(asked.map((name, position) => [name, `p${position}`]));
  return [
    "sequenceDiagram",
    "actor you",
    `participant uv as ${label(`uv ${run.uv}`, 40)}`,
    ...[...names].map(([name, id]) => `participant ${id} as ${label(name, 40)}`),
    `you->>uv: ${label(stepCommand(record), 80)}`,
    ...lines.flatMap((line) => exchange(line, names)),
    record.exit === null
      ? `uv--xyou: ${label(`killed by ${record.signal ?? "a signal"}`, 40)}`
      : `uv-->>you: ${label(`exit ${record.exit}`, 20)}`,
  ].join("\n");
}

function party({ event }: TimelineEntry): string {
  if (event.kind === "keyring") return `keyring (${event.call.from})`;
  return event.request.index ?? "default index";
}

function exchange(line: TimelineLine, names: ReadonlyMap<string, string>): string[] {
  if ("leftOut" in line) {
    const left = line.leftOut.reduce((sum, { times }) => sum + times, 0);
    return [`Note over uv: ${label(`${left} more left out`, 40)}`];
  }
  const to = names.get(party(line)) ?? "uv";
  const times = line.times === 1 ? "" : ` (${line.times} times)`;
  if (line.event.kind === "keyring") {
    const { call } = line.event;
    return [
      `uv->>${to}: ${label(cutMiddle(commandLine(call.argv), 70) + times, 90)}`,
      `${to}${call.finished ? "-->>" : "--x"}uv: ${label(outcomeWords(call), 60)}`,
    ];
  }
  const { request } = line.event;
  const carried = request.user === null ? request.authorization : `${request.authorization}: ${cutMiddle(request.user, 30)}`;
  return [
    `uv->>${to}: ${label(`${request.method} ${shortPath(request.url)} (${carried})${times}`, 140)}`,
    `${to}${request.status === 0 ? "--x" : "-->>"}uv: ${label(statusWords(request), 20)}`,
  ];
}

/** Text that mermaid takes for text alone: whatever may have a meaning for it is written as the number of its character. */
function label(text: string, limit: number): string {
  const escaped = Array.from(oneLine(text, limit), (character) =>
    /[\p{L}\p{N} ./:@=,_()+~…?|!*-]/u.test(character) ? character : `#${character.codePointAt(0)};`,
  ).join("");
  // `end` closes a block of the diagram wherever it stands as a word.
  return escaped.replace(/\b(e)(nd)\b/giu, (_, first: string, rest: string) => `#${first.charCodeAt(0)};${rest}`) || "…";
}
