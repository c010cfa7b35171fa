type Painter = (text: string) => string;

/** Colours handed in from outside: the core knows no terminal. picocolors fits. */
export interface Paint {
  readonly bold: Painter;
  readonly dim: Painter;
  readonly red: Painter;
  readonly green: Painter;
  readonly yellow: Painter;
  readonly cyan: Painter;
}

const plain: Painter = (text) => text;

/** No colours: files, CI, `NO_COLOR`. */
export const PLAIN: Paint = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain };

/** How a text for a terminal is set. */
export interface TextOptions {
  /** Columns; default 80. */
  readonly width?: number;
  /** Default: no colours. */
  readonly paint?: Paint;
}

/** The colour of a verdict, the same wherever one is printed. Padding goes inside, so that widths stay right. */
export function paintVerdict(paint: Paint, verdict: string, text: string = verdict): string {
  if (verdict === "reproduced") return paint.red(text);
  if (verdict === "healthy") return paint.green(text);
  return verdict === "unresolved" ? paint.yellow(text) : paint.dim(text);
}
