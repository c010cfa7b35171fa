import { useMemo } from "preact/hooks";
import type { PageRun } from "../../src/report/page-data.ts";
import { sortByRelease } from "../../src/report/releases.ts";
import { SIGNS } from "../../src/report/verdict-signs.ts";
import { xmlText } from "../../src/report/xml-text.ts";
import { Grid } from "./grid.tsx";

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

/** Scenarios × releases. */
export function HeatMap({ runs }: { readonly runs: readonly PageRun[] }) {
  const { releases, rows } = useMemo(() => cells(runs), [runs]);
  const head = (
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
  );
  return <Grid label="Verdict of each scenario with each release of uv" head={head} rows={rows} />;
}

function cells(runs: readonly PageRun[]): { readonly releases: readonly string[]; readonly rows: readonly string[] } {
  const entries = runs.map((run, place) => ({ run, place })).filter(({ run }) => run.variation === null);
  // One run of each release is enough to put releases in order.
  const releases = sortByRelease([...new Map(entries.map(({ run }) => [run.uv, run])).values()]).map(({ uv }) => uv);
  const scenarios = Map.groupBy(entries, ({ run }) => run.scenario);
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
  return { releases, rows };
}
