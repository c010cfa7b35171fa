import type { RunResult } from "../../report/model.ts";
import type { Paint } from "../../report/paint.ts";
import { resultLine } from "../../report/table.ts";
import { fit, oneLine } from "../../observation/visible-text.ts";
import { widthOf, type TerminalStream } from "./paint.ts";

/** What the command tells while runs are under way. */
export interface Progress {
  started(scenario: string, uv: string): void;
  finished(result: RunResult): void;
  /** A line that stays, for example a warning. */
  note(text: string): void;
  /** Clears the status line; call it before anything else is printed, and on every way out. */
  end(): void;
}

interface ProgressOptions {
  readonly stream: TerminalStream;
  /** Runs in all. */
  readonly total: number;
  readonly paint: Paint;
  /** One status line rewritten in place; else a plain line for each run that finished, without cursor codes. */
  readonly live: boolean;
}

const CLEAR = "\r\u001b[2K";

/** Progress on a terminal, or plain lines. Redrawn when something happens: there is no timer to stop. */
export function createProgress(options: ProgressOptions): Progress {
  return options.live ? liveProgress(options) : plainProgress(options);
}

function plainProgress({ stream, total, paint }: ProgressOptions): Progress {
  let done = 0;
  return {
    started() {},
    finished(result) {
      done += 1;
      stream.write(`[${done}/${total}] ${resultLine(result, paint)}\n`);
    },
    note(text) {
      stream.write(`${oneLine(text)}\n`);
    },
    end() {},
  };
}

function liveProgress({ stream, total, paint }: ProgressOptions): Progress {
  const running: { scenario: string; uv: string }[] = [];
  const counts = new Map<string, number>();
  let done = 0;
  let drawn = false;

  const clear = (): void => {
    if (drawn) stream.write(CLEAR);
    drawn = false;
  };
  const draw = (): void => {
    if (running.length === 0) {
      clear();
      return;
    }
    const verdicts = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ");
    const names = running.map(({ scenario, uv }) => `${oneLine(scenario)} ${oneLine(uv)}`).join(", ");
    const text = `${done}/${total} done${verdicts === "" ? "" : ` (${verdicts})`}, running: ${names}`;
    // One column is left free: some terminals wrap when the last one is written.
    stream.write(`${CLEAR}${paint.dim(fit(text, widthOf(stream) - 1))}`);
    drawn = true;
  };

  return {
    started(scenario, uv) {
      running.push({ scenario, uv });
      draw();
    },
    finished(result) {
      done += 1;
      counts.set(result.verdict, (counts.get(result.verdict) ?? 0) + 1);
      const same = running.filter(({ scenario }) => scenario === result.scenario);
      // A release may have been named otherwise when it started (`latest`, a relative path).
      const ended = same.find(({ uv }) => uv === result.uv || uv === result.uvBinary) ?? same[0];
      if (ended !== undefined) running.splice(running.indexOf(ended), 1);
      draw();
    },
    note(text) {
      clear();
      stream.write(`${oneLine(text)}\n`);
      draw();
    },
    end: clear,
  };
}
