import { createLogUpdate } from "log-update";
import { fit, oneLine } from "../../observation/visible-text.ts";
import type { Paint } from "../../report/paint.ts";
import { widthOf, type TerminalStream } from "./paint.ts";
import { timeLeft } from "./time-left.ts";

/** How far something is that takes a while. */
export interface Bar {
  /** It is drawn; else its lines are all that is shown. */
  readonly live: boolean;
  /** Redraws it; `text` says what is under way. */
  update(state: { readonly done: number; readonly total: number; readonly text: string }): void;
  /** A line that stays above it. */
  line(text: string): void;
  /** Takes it away; call it before anything else is printed, and on every way out. */
  end(): void;
}

const CELLS = 20;

/** One line at the bottom of a terminal: `[█████░░░░░] 12/40, about 30 s left  …`. Redrawn when something happens: there is no timer to stop. */
export function createBar(stream: TerminalStream & NodeJS.WritableStream, paint: Paint): Bar {
  // The cursor stays, so that nothing has to be given back when a signal ends us.
  const draw = createLogUpdate(stream, { showCursor: true });
  const startedAt = performance.now();
  let last = "";
  return {
    live: true,
    update({ done, total, text }) {
      const full = total === 0 ? 0 : Math.min(CELLS, Math.round((done / total) * CELLS));
      const left = timeLeft(performance.now() - startedAt, done, Math.max(0, total - done));
      const words = `[${"█".repeat(full)}${"░".repeat(CELLS - full)}] ${done}/${total}${left}  ${oneLine(text)}`;
      // One column is left free: some terminals wrap when the last one is written.
      last = paint.dim(fit(words, widthOf(stream) - 1));
      draw(last);
    },
    line(text) {
      draw.clear();
      stream.write(`${text}\n`);
      if (last !== "") draw(last);
    },
    end() {
      draw.clear();
      last = "";
    },
  };
}
