import picocolors from "picocolors";
import { PLAIN, type Paint } from "../../report/paint.ts";

/** What is asked of a stream: stdout and stderr are both fine. */
export interface TerminalStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Colours for a stream: none with `NO_COLOR` (set and not empty), off a terminal, or on a dumb one; `FORCE_COLOR` (not `0`) asks for them. */
export function paintFor(stream: TerminalStream, env: Environment): Paint {
  return wantsColour(stream, env) ? picocolors.createColors(true) : PLAIN;
}

function wantsColour(stream: TerminalStream, env: Environment): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined && forced !== "") return forced !== "0";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** Whether a line may be rewritten in place: a terminal, not a dumb one, and not CI, which keeps every line. */
export function isLive(stream: TerminalStream, env: Environment): boolean {
  return stream.isTTY === true && env["TERM"] !== "dumb" && ["", "false", "0"].includes(env["CI"] ?? "");
}

/** Columns at which a line may be cut: of a terminal; without end in a pipe, a file or CI, where nobody can ask for the rest. */
export function cutWidthOf(stream: TerminalStream, env: Environment): number {
  return isLive(stream, env) ? widthOf(stream) : Number.POSITIVE_INFINITY;
}

/** Columns of a stream; 80 off a terminal. */
export function widthOf(stream: TerminalStream): number {
  return Math.max(40, stream.columns ?? 80);
}
