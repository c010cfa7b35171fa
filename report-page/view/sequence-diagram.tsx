import type { StepRecord } from "../../src/observation/model.ts";
import { commandLine, stepCommand } from "../../src/report/command-line.ts";
import { cutMiddle, shortPath } from "../../src/report/short-url.ts";
import { endWords, momentWords, outcomeWords, statusWords, type TimelineEntry } from "../../src/report/timeline.ts";

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** Below the arrow: the credentials that a request carried. */
  readonly below: string;
  readonly answer: boolean;
  readonly bad: boolean;
  readonly moment: string;
}

const [LANE, ROW, TOP, LEFT] = [290, 36, 50, 110];
/** Characters that fit between two lanes. */
const FITS = 44;
/** A longer step is shown in full by the table below. */
const MOST_ARROWS = 120;

/** Who asked whom, and what came back, from top to bottom. The table below says the same in words. */
export function SequenceDiagram({
  step,
  entries,
  uv,
}: {
  readonly step: StepRecord;
  readonly entries: readonly TimelineEntry[];
  readonly uv: string;
}) {
  const all = arrowsOf(step, entries);
  const arrows = all.slice(0, MOST_ARROWS);
  const lanes = [...new Set(["you", "uv", ...arrows.flatMap(({ from, to }) => [from, to])])];
  const x = (lane: string): number => LEFT + LANE / 4 + lanes.indexOf(lane) * LANE;
  const [width, height] = [LEFT + lanes.length * LANE - LANE / 2 + 60, TOP + ROW * (arrows.length + 1)];
  return (
    <div class="scroll" tabindex={0}>
      <svg
        class="sequence"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`Sequence of step: ${arrows.length} messages; the table below says the same`}
      >
        {lanes.map((lane) => (
          <g key={lane}>
            <line class="lane" x1={x(lane)} x2={x(lane)} y1={TOP - 14} y2={height - 6} />
            <text class="head" x={x(lane)} y={TOP - 24} text-anchor="middle">
              {lane === "uv" ? `uv ${cutMiddle(uv, 20)}` : cutMiddle(lane, 36)}
            </text>
          </g>
        ))}
        {arrows.map(({ from, to, text, below, answer, bad, moment }, position) => {
          const [start, end] = [x(from), x(to)];
          const y = TOP + ROW * (position + 1) - 8;
          const tip = end > start ? -7 : 7;
          return (
            <g key={position} class={`${answer ? "answer" : "ask"}${bad ? " bad" : ""}`}>
              <title>{below === "" ? text : `${text} (${below})`}</title>
              <text class="moment" x={4} y={y + 4}>
                {moment}
              </text>
              <line x1={start} x2={end} y1={y} y2={y} />
              <path d={`M ${end} ${y} l ${tip} -4 v 8 z`} />
              <text x={(start + end) / 2} y={y - 5} text-anchor="middle">
                {cutMiddle(text, FITS)}
              </text>
              {below === "" ? null : (
                <text class="below" x={(start + end) / 2} y={y + 12} text-anchor="middle">
                  {cutMiddle(below, FITS)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      {all.length > arrows.length ? <p>{all.length - arrows.length} more messages are in the table below.</p> : null}
    </div>
  );
}

function arrowsOf(step: StepRecord, entries: readonly TimelineEntry[]): Arrow[] {
  const ask = (to: string, text: string, moment: string, below = ""): Arrow => {
    return { from: to === "uv" ? "you" : "uv", to, text, below, answer: false, bad: false, moment };
  };
  const answer = (from: string, text: string, bad: boolean, moment = ""): Arrow => {
    return { from, to: from === "uv" ? "you" : "uv", text, below: "", answer: true, bad, moment };
  };
  return [
    ask("uv", stepCommand(step), "+0 ms"),
    ...entries.flatMap((entry): Arrow[] => {
      const times = entry.times === 1 ? "" : ` (${entry.times} times)`;
      const moment = momentWords(entry);
      if (entry.event.kind === "keyring") {
        const { call } = entry.event;
        const lane = `keyring (${call.from})`;
        const ended = call.durationMs === null ? "" : `+${Math.round(entry.lastOffsetMs + call.durationMs)} ms`;
        return [
          ask(lane, commandLine(call.argv) + times, moment),
          answer(lane, outcomeWords(call), call.raised !== null || !call.finished, ended),
        ];
      }
      const { request } = entry.event;
      const lane = request.index ?? "default index";
      const carried = request.user === null ? request.authorization : `${request.authorization}: ${request.user}`;
      return [
        ask(lane, `${request.method} ${shortPath(request.url, FITS - request.method.length - 1 - times.length)}${times}`, moment, carried),
        answer(lane, statusWords(request), request.status === 0 || request.status >= 400),
      ];
    }),
    answer("uv", endWords(step), step.exit !== 0, `+${Math.round(step.durationMs)} ms`),
  ];
}
