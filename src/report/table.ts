import type { RunResult } from "./model.ts";
import { paintVerdict, PLAIN, type Paint, type TextOptions } from "./paint.ts";
import { stepNotes } from "./step-notes.ts";
import { judgedWords } from "./verdict-words.ts";
import { displayWidth, fit, oneLine, wrap } from "../observation/visible-text.ts";

const HEADER = ["SCENARIO", "UV", "VERDICT", "CLAIM", "TIME"] as const;
const GAP = "  ";
const SHORTEST_SCENARIO = 16;
const MOST_REASONS = 8;
/** Columns at which running text is broken where the lines have no end of their own. */
const TEXT_WIDTH = 100;

/**
 * The final table: one row a run; below the rows that need it, why: reasons, what a contradicted claim said, leaks, and of
 * an unresolved run how the steps ended that its reasons name, with the end of what they printed.
 * No line is wider than `width` (from 72 columns on). Ends without a newline.
 */
export function resultTable(results: readonly RunResult[], { width = 80, paint = PLAIN }: TextOptions = {}): string {
  if (results.length === 0) return "";
  const rows = results.map((result) => [
    oneLine(result.scenario),
    oneLine(result.uv),
    judgedWords(result),
    claimCell(result),
    timeCell(result),
  ]);
  const widths = HEADER.map((name, column) => Math.max(name.length, ...rows.map((row) => displayWidth(row[column] ?? ""))));
  const others = widths.slice(1).reduce((sum, columns) => sum + columns + GAP.length, 0);
  widths[0] = Math.min(widths[0]!, Math.max(SHORTEST_SCENARIO, width - others));
  widths[1] = Math.min(widths[1]!, 24);
  const lines = [paint.dim(line(HEADER, widths, []))];
  const shown = new Map<string, string>();
  results.forEach((result, index) => {
    lines.push(line(rows[index]!, widths, painters(result, paint)));
    for (const note of [...notes(result), ...stepNotes(result, shown)])
      lines.push(
        ...hanging(note, (Number.isFinite(width) ? width : TEXT_WIDTH) - 4).map((text, part) =>
          paint.dim(`${part === 0 ? "  ↳ " : "    "}${text}`),
        ),
      );
  });
  return lines.join("\n");
}

/** One run as one line without columns, for CI logs: `scenarios/a.toml  uv 0.9.5  reproduced  (claim held, 2.3 s)`. */
export function resultLine(result: RunResult, paint: Paint): string {
  const claim = result.claim === "none" ? "" : `claim ${result.claim}, `;
  return `${oneLine(result.scenario)}  uv ${oneLine(result.uv)}  ${paintVerdict(paint, result.verdict, judgedWords(result))}  (${claim}${timeCell(result)})`;
}

function claimCell({ claim }: RunResult): string {
  return claim === "none" ? "–" : claim;
}

function timeCell({ durationMs, cached }: RunResult): string {
  return `${(durationMs / 1000).toFixed(1)} s${cached ? " (cached)" : ""}`;
}

type Painter = ((text: string) => string) | undefined;

function painters({ verdict, claim }: RunResult, paint: Paint): Painter[] {
  const claimPaint = { held: paint.green, contradicted: (text: string) => paint.bold(paint.red(text)), none: paint.dim }[claim];
  return [undefined, paint.cyan, (text) => paintVerdict(paint, verdict, text), claimPaint, paint.dim];
}

function line(cells: readonly string[], widths: readonly number[], painters: readonly Painter[]): string {
  const parts = cells.map((cell, column) => {
    const width = widths[column] ?? 0;
    const text = fit(cell, width, column === 0 ? "start" : "end");
    const padding = column === cells.length - 1 ? "" : " ".repeat(Math.max(0, width - displayWidth(text)));
    return (painters[column]?.(text) ?? text) + padding;
  });
  return parts.join(GAP).trimEnd();
}

const NOT_COMPARED =
  "an exit status alone is no evidence, so the claim is not compared: add a condition on a request, a keyring call or a file, or give --accept-exit-status";

/** What stands below a row. Each is one line of plain text, however long. */
export function notes(result: RunResult): string[] {
  const { reasons, claim, claimed, uvBinary, evidence } = result;
  const { leaks } = result.observation;
  const lines = uvBinary === null ? [] : [`binary: ${uvBinary}`];
  result.observation.steps.forEach(({ uv }, step) => void (uv !== undefined && lines.push(`step ${step + 1} ran with uv ${uv}`)));
  if (evidence === "exit-status" && claim === "none" && claimed !== null) lines.push(NOT_COMPARED);
  if (claim === "contradicted") lines.push(`the scenario claims ${claimed ?? "another verdict"} for this release`);
  for (const { condition, wanted, seen, kind } of reasons.slice(0, MOST_REASONS)) {
    lines.push(`${condition ?? kind}: wanted: ${wanted}; seen: ${seen}`);
  }
  if (reasons.length > MOST_REASONS) lines.push(`and ${reasons.length - MOST_REASONS} more reasons (--json lists all)`);
  for (const { step, where, secret, form } of leaks)
    lines.push(`leak: step ${step + 1} wrote the secret of ${secret} (${form}) to ${where}`);
  return lines.map((text) => oneLine(text));
}

/** The text's lines, each broken to `width` columns below its own indentation. */
function hanging(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => {
    const indent = (/^ */u.exec(line)?.[0] ?? "").slice(0, Math.floor(width / 2));
    return wrap(line.trim(), width - indent.length).map((part) => `${indent}${part}`);
  });
}
