import { useEffect, useMemo, useState } from "preact/hooks";
import type { PageData } from "../../src/report/page-data.ts";
import { summaryWords } from "../../src/report/summary.ts";
import { observed, runsOf, type Run } from "./run.ts";
import { CompareView } from "./compare-view.tsx";
import { HeatMap, Legend } from "./heat-map.tsx";
import { RunView } from "./run-view.tsx";

/** What the address asks for: `#run-3`, `#compare-3-5`, or the overview alone. */
interface Shown {
  readonly run: number | null;
  readonly other: number | null;
}

/** The whole page: the map of verdicts, and below it the run, or the two runs, that were chosen. */
export function App({ data }: { readonly data: PageData }) {
  const runs = useMemo(() => runsOf(data), [data]);
  const summary = useMemo(() => summaryWords(runs.map(observed)), [runs]);
  const [shown, setShown] = useState(() => readAddress(runs));
  useEffect(() => {
    const follow = (): void => setShown(readAddress(runs));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [runs]);
  const run = shown.run === null ? undefined : runs[shown.run];
  const other = shown.other === null ? undefined : runs[shown.other];
  return (
    <>
      <header>
        <h1>{new Set(runs.map(({ scenario }) => scenario)).size === 1 ? runs[0]?.title : "uv-mre report"}</h1>
        <p>{summary}</p>
      </header>
      <main>
        <section aria-labelledby="verdicts">
          <h2 id="verdicts">Verdicts</h2>
          <Legend />
          <HeatMap runs={runs} chosen={shown.run} onChoose={(place) => (location.hash = `run-${place}`)} />
        </section>
        {run !== undefined && other !== undefined ? (
          <CompareView before={run} after={other} />
        ) : run === undefined ? (
          <p>Choose a cell to see what its run did.</p>
        ) : (
          <RunView run={run} place={shown.run ?? 0} runs={runs} />
        )}
      </main>
    </>
  );
}

/** Without an address, the first run that shows the bug, else the first that has evidence. */
function readAddress(runs: readonly Run[]): Shown {
  const [, first, second] = /^#(?:run|compare)-(\d+)(?:-(\d+))?$/u.exec(location.hash) ?? [];
  if (first !== undefined) return { run: Number(first), other: second === undefined ? null : Number(second) };
  const bug = runs.findIndex(({ verdict, observation }) => verdict === "reproduced" && observation !== null);
  const place = bug >= 0 ? bug : runs.findIndex(({ observation }) => observation !== null);
  return { run: place < 0 ? null : place, other: null };
}
