import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Props {
  readonly label: string;
  readonly head?: ComponentChildren;
  /** Rows as HTML; a cell that opens a run has its place in `data-run`, one cell `tabindex="0"`. All text in it is escaped. */
  readonly rows: readonly string[];
}

/** Rows that are there when the page opens, and that follow at a time: tens of thousands of cells at once keep a reader waiting. */
const ROWS_AT_ONCE = 20;

/** A table of verdicts. One cell is in the tab order; arrow keys move between cells, Enter opens a run. */
export function Grid({ label, head, rows }: Props) {
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    let next = ROWS_AT_ONCE;
    const more = (): void => {
      body.current?.insertAdjacentHTML("beforeend", rows.slice(next, next + ROWS_AT_ONCE).join(""));
      next += ROWS_AT_ONCE;
      // After what is there has been shown.
      if (next < rows.length) requestAnimationFrame(() => setTimeout(more));
    };
    if (next < rows.length) requestAnimationFrame(() => setTimeout(more));
  }, [rows]);
  return (
    <div class="scroll">
      {/* A role that takes focus: the table is moved through by arrow keys. */}
      <table role="grid" aria-label={label} onClick={(event) => open(event.target)} onKeyDown={move}>
        {head}
        <tbody ref={body} dangerouslySetInnerHTML={{ __html: rows.slice(0, ROWS_AT_ONCE).join("") }} />
      </table>
    </div>
  );
}

function open(target: EventTarget | null): void {
  const place = target instanceof HTMLElement ? target.closest("td")?.dataset["run"] : undefined;
  if (place !== undefined) location.hash = `run-${place}`;
}

function move(event: KeyboardEvent): void {
  const cell = event.target instanceof HTMLElement ? event.target.closest("td") : null;
  if (cell === null) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    open(cell);
    return;
  }
  const next = neighbour(cell, event.key);
  if (next === null) return;
  event.preventDefault();
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function neighbour(cell: HTMLTableCellElement, key: string): HTMLElement | null {
  const row = cell.parentElement;
  const rowBeside = key === "ArrowUp" ? row?.previousElementSibling : key === "ArrowDown" ? row?.nextElementSibling : null;
  const beside =
    key === "ArrowLeft"
      ? cell.previousElementSibling
      : key === "ArrowRight"
        ? cell.nextElementSibling
        : (rowBeside?.children[cell.cellIndex] ?? null);
  return beside instanceof HTMLTableCellElement && beside.tagName === "TD" ? beside : null;
}
