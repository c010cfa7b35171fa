import { useMemo, useRef } from "preact/hooks";
import { sortByRelease } from "../../src/report/releases.ts";
import { xmlText } from "../../src/report/xml-text.ts";
import { observed, SIGNS, type Run } from "./run.ts";

interface Props {
  readonly runs: readonly Run[];
  readonly chosen: number | null;
  readonly onChoose: (place: number) => void;
}

/** What the colours and signs mean. */
export function Legend() {
  return (
    <ul class="legend" aria-label="Signs">
      {Object.entries(SIGNS).map(([verdict, sign]) => (
        <li key={verdict}>
          <span class={`cell ${verdict}`} aria-hidden="true">
            {sign}
          </span>{" "}
          {verdict}
        </li>
      ))}
      <li>
        <span class="cell contradicted" aria-hidden="true">
          !
        </span>{" "}
        contradicts its claim
      </li>
    </ul>
  );
}

/** Scenarios × releases. One cell is in the tab order; arrow keys move between cells, Enter opens one. */
export function HeatMap({ runs, chosen, onChoose }: Props) {
  const grid = useRef<HTMLTableElement>(null);
  const { releases, html } = useMemo(() => cells(runs), [runs]);
  const open = (target: EventTarget | null): void => {
    const place = target instanceof HTMLElement ? target.closest("td")?.dataset["run"] : undefined;
    if (place !== undefined) onChoose(Number(place));
  };
  const move = (event: KeyboardEvent): void => {
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
  };
  return (
    <div class="scroll">
      {/* A role that takes focus: the table is moved through by arrow keys. */}
      <table
        role="grid"
        aria-label="Verdict of each scenario with each release of uv"
        ref={grid}
        onClick={(event) => open(event.target)}
        onKeyDown={move}
      >
        <thead>
          <tr>
            <th scope="col">scenario</th>
            {releases.map((uv) => (
              <th scope="col" key={uv}>
                <span>{uv}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody dangerouslySetInnerHTML={{ __html: html }} />
      </table>
      {chosen === null ? null : <style>{`td[data-run="${chosen}"] { outline: 3px solid var(--focus); outline-offset: -3px; }`}</style>}
    </div>
  );
}

function neighbour(cell: HTMLTableCellElement, key: string): HTMLElement | null {
  const row = cell.parentElement;
  const position = cell.cellIndex;
  const rowBeside = key === "ArrowUp" ? row?.previousElementSibling : key === "ArrowDown" ? row?.nextElementSibling : null;
  const beside =
    key === "ArrowLeft"
      ? cell.previousElementSibling
      : key === "ArrowRight"
        ? cell.nextElementSibling
        : (rowBeside?.children[position] ?? null);
  return beside instanceof HTMLTableCellElement && beside.tagName === "TD" ? beside : null;
}

/** As text, since tens of thousands of cells one by one would keep the reader waiting. All text in it is escaped. */
function cells(runs: readonly Run[]): { readonly releases: readonly string[]; readonly html: string } {
  // One run of each release is enough to put releases in order.
  const releases = sortByRelease([...new Map(runs.map((run) => [run.uv, observed(run)])).values()]).map(({ uv }) => uv);
  const scenarios = Map.groupBy(
    runs.map((run, place) => ({ run, place })),
    ({ run }) => run.scenario,
  );
  let first = true;
  const rows = [...scenarios].map(([scenario, entries]) => {
    const byRelease = new Map(entries.map((entry) => [entry.run.uv, entry]));
    const columns = releases.map((uv) => {
      const entry = byRelease.get(uv);
      if (entry === undefined) return `<td tabindex="-1" aria-label="not run"></td>`;
      const { verdict, claim } = entry.run;
      const tab = first ? 0 : -1;
      first = false;
      const against = claim === "contradicted";
      return `<td tabindex="${tab}" data-run="${entry.place}" class="${verdict}${against ? " contradicted" : ""}" aria-label="${verdict}${against ? ", contradicts its claim" : ""}"></td>`;
    });
    return `<tr><th scope="row" title="${xmlText(scenario)}">${xmlText(scenario.split("/").at(-1) ?? scenario)}</th>${columns.join("")}</tr>`;
  });
  return { releases, html: rows.join("") };
}
