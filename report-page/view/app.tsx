import { useEffect, useMemo, useState } from "preact/hooks";
import type { PageRun } from "../../src/report/page-data.ts";
import type { Report } from "./run.ts";
import { CompareSteps, CompareView } from "./compare-view.tsx";
import { HeatMap, Legend } from "./heat-map.tsx";
import { SearchView } from "./search-view.tsx";
import { RunView } from "./run-view.tsx";

/** What the address asks for: `#run-3`, `#compare-3-5` (two runs), `#steps-3-0-1` (two steps of one), or the overview alone. */
interface Shown {
  readonly run: number | null;
  readonly other: number | null;
  readonly steps: readonly [number, number] | null;
  /** By the reader, after the page was opened. */
  readonly chosen?: boolean;
}

/** The whole page: the map of verdicts, and below it the run, or the two runs, that were chosen. */
export function App({ report }: { readonly report: Report }) {
  const { runs, searches, summary } = report;
  const hasMap = useMemo(() => runs.some(({ variation }) => variation === null), [runs]);
  const [shown, setShown] = useState<Shown>(() => readAddress(runs));
  useEffect(() => {
    // Whoever chose something reads on there, by eye or by ear.
    const follow = (): void => setShown({ ...readAddress(runs), chosen: true });
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [runs]);
  useEffect(() => {
    if (shown.chosen === true) document.querySelector<HTMLElement>("#run, #compare")?.focus();
  }, [shown]);
  useEffect(() => {
    // Paper can't be unfolded.
    const closed = new Set<HTMLDetailsElement>();
    const unfold = (): void => {
      for (const fold of document.querySelectorAll<HTMLDetailsElement>("details:not([open])")) {
        closed.add(fold);
        fold.open = true;
      }
    };
    const restore = (): void => {
      for (const fold of closed) fold.open = false;
      closed.clear();
    };
    addEventListener("beforeprint", unfold);
    addEventListener("afterprint", restore);
    return () => {
      removeEventListener("beforeprint", unfold);
      removeEventListener("afterprint", restore);
    };
  }, []);
  const [run, other] = [report.run(shown.run), report.run(shown.other)];
  return (
    <>
      <header>
        <h1>{new Set(runs.map(({ scenario }) => scenario)).size === 1 ? report.run(0)?.title : "uv-mre report"}</h1>
        {!hasMap ? null : <p>{summary}</p>}
      </header>
      <main>
        {searches.map((search, position) => (
          <SearchView key={position} search={search} />
        ))}
        {!hasMap ? null : (
          <section aria-labelledby="verdicts">
            <h2 id="verdicts">Verdicts</h2>
            <Legend />
            <HeatMap runs={runs} />
          </section>
        )}
        {shown.run === null ? null : (
          <style>{`td[data-run="${shown.run}"] { outline: 3px solid var(--focus); outline-offset: -3px; }`}</style>
        )}
        {run !== undefined && other !== undefined ? (
          <CompareView before={run} after={other} place={shown.run ?? 0} />
        ) : run !== undefined && shown.steps !== null ? (
          <CompareSteps run={run} place={shown.run ?? 0} steps={shown.steps} />
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
function readAddress(runs: readonly PageRun[]): Shown {
  const [, view, ...numbers] = /^#(run|compare|steps)-(\d+)(?:-(\d+))?(?:-(\d+))?$/u.exec(location.hash) ?? [];
  const [first, second, third] = numbers.map((text) => (text === undefined ? null : Number(text)));
  if (first !== undefined && first !== null) {
    const steps = view === "steps" && typeof second === "number" && typeof third === "number" ? ([second, third] as const) : null;
    return { run: first, other: view === "compare" ? (second ?? null) : null, steps };
  }
  const bug = runs.findIndex(({ verdict, hasEvidence }) => verdict === "reproduced" && hasEvidence);
  const place = bug >= 0 ? bug : runs.findIndex(({ hasEvidence }) => hasEvidence);
  return { run: place < 0 ? null : place, other: null, steps: null };
}
