import type { RunResult } from "../../report/model.ts";
import type { Paint } from "../../report/paint.ts";
import { resultLine } from "../../report/table.ts";
import { oneLine } from "../../observation/visible-text.ts";
import type { Bar } from "./bar.ts";

/** What the command tells while runs are under way. */
export interface Progress {
  started(scenario: string, uv: string): void;
  finished(result: RunResult): void;
  /** Clears the status line; call it before anything else is printed, and on every way out. */
  end(): void;
}

interface ProgressOptions {
  /** Drawn, it says what is running; else there is a plain line for each run that finished. */
  readonly bar: Bar;
  /** Runs in all. */
  readonly total: number;
  readonly paint: Paint;
}

/** Progress of the runs of a matrix. */
export function createProgress(options: ProgressOptions): Progress {
  return options.bar.live ? liveProgress(options) : plainProgress(options);
}

function plainProgress({ bar, total, paint }: ProgressOptions): Progress {
  let done = 0;
  return {
    started() {},
    finished(result) {
      done += 1;
      bar.line(`[${done}/${total}] ${resultLine(result, paint)}`);
    },
    end: () => bar.end(),
  };
}

function liveProgress({ bar, total }: ProgressOptions): Progress {
  const running: { scenario: string; uv: string }[] = [];
  const counts = new Map<string, number>();
  let done = 0;

  const draw = (): void => {
    if (running.length === 0) {
      bar.end();
      return;
    }
    const verdicts = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ");
    const names = running.map(({ scenario, uv }) => `${oneLine(scenario)} ${oneLine(uv)}`).join(", ");
    bar.update({ done, total, text: `${verdicts === "" ? "" : `${verdicts}; `}running: ${names}` });
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
    end: () => bar.end(),
  };
}
