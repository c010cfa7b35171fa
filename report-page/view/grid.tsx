import type { ComponentChildren } from "preact";

interface Props {
  readonly label: string;
  readonly head?: ComponentChildren;
  /** Rows; a cell that opens a run has its place in `data-run`, one cell `tabindex="0"`. All text in it is escaped. */
  readonly html: string;
}

/** A table of verdicts. One cell is in the tab order; arrow keys move between cells, Enter opens a run. */
export function Grid({ label, head, html }: Props) {
  return (
    <div class="scroll">
      {/* A role that takes focus: the table is moved through by arrow keys. */}
      <table role="grid" aria-label={label} onClick={(event) => open(event.target)} onKeyDown={move}>
        {head}
        {/* As text, since tens of thousands of cells one by one would keep the reader waiting. */}
        <tbody dangerouslySetInnerHTML={{ __html: html }} />
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
