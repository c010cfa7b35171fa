import type { StepRecord } from "../../src/observation/model.ts";
import { commandLine } from "../../src/report/command-line.ts";
import { cutMiddle, shortPath } from "../../src/report/short-url.ts";
import { endWords, momentWords, outcomeWords, statusWords, type TimelineEntry } from "../../src/report/timeline.ts";

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly answer: boolean;
  readonly bad: boolean;
  readonly moment: string;
}

const [LANE, ROW, TOP, LEFT] = [270, 34, 50, 110];
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
        {arrows.map(({ from, to, text, answer, bad, moment }, position) => {
          const [start, end] = [x(from), x(to)];
          const y = TOP + ROW * (position + 1) - 8;
          const tip = end > start ? -7 : 7;
          return (
            <g key={position} class={`${answer ? "answer" : "ask"}${bad ? " bad" : ""}`}>
              <title>{text}</title>
              <text class="moment" x={4} y={y + 4}>
                {moment}
              </text>
              <line x1={start} x2={end} y1={y} y2={y} />
              <path d={`M ${end} ${y} l ${tip} -4 v 8 z`} />
              <text x={(start + end) / 2} y={y - 5} text-anchor="middle">
                {cutMiddle(text, 44)}
              </text>
            </g>
          );
        })}
      </svg>
      {all.length > arrows.length ? <p>{all.length - arrows.length} more messages are in the table below.</p> : null}
    </div>
  );
}

function arrowsOf(step: StepRecord, entries: readonly TimelineEntry[]): Arrow[] {
  return [
    { from: "you", to: "uv", text: commandLine(step.argv), answer: false, bad: false, moment: "+0 ms" },
    ...entries.flatMap((entry): Arrow[] => {
      const times = entry.times === 1 ? "" : ` (${entry.times} times)`;
      const moment = momentWords(entry);
      if (entry.event.kind === "keyring") {
        const { call } = entry.event;
        const lane = `keyring (${call.from})`;
        const bad = call.raised !== null || !call.finished;
        return [
          { from: "uv", to: lane, text: commandLine(call.argv) + times, answer: false, bad: false, moment },
          { from: lane, to: "uv", text: outcomeWords(call), answer: true, bad, moment: "" },
        ];
      }
      const { request } = entry.event;
      const lane = request.index ?? "default index";
      const carried = request.user === null ? request.authorization : `${request.authorization}: ${request.user}`;
      return [
        {
          from: "uv",
          to: lane,
          text: `${request.method} ${shortPath(request.url, 26)} (${carried})${times}`,
          answer: false,
          bad: false,
          moment,
        },
        { from: lane, to: "uv", text: statusWords(request), answer: true, bad: request.status === 0 || request.status >= 400, moment: "" },
      ];
    }),
    { from: "uv", to: "you", text: endWords(step), answer: true, bad: step.exit !== 0, moment: "" },
  ];
}
