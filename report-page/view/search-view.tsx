import type { ComponentChildren } from "preact";
import { useId, useMemo } from "preact/hooks";
import { minorOf } from "../../src/bisect/minor.ts";
import type { PageBisect, PageExplore, PageMap, PageSearch } from "../../src/report/page-search.ts";
import { xmlText } from "../../src/report/xml-text.ts";
import { BisectPath } from "./bisect-path.tsx";
import { Grid } from "./grid.tsx";
import { Lines } from "./lines.tsx";
import { TableHead } from "./table-head.tsx";

/** A search: its answer, how it was found, and what differed where the verdict changed. */
export function SearchView({ search }: { readonly search: PageSearch }) {
  const id = useId();
  const what = { bisect: "Bisection", map: "Map of all releases", explore: "Causes" }[search.kind];
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        {what}: {search.scenario}
      </h2>
      <p>{search.title}</p>
      <p class="why">{search.answer}</p>
      {search.kind === "bisect" ? (
        <Bisect search={search} />
      ) : search.kind === "map" ? (
        <Strip search={search} />
      ) : (
        <Causes search={search} />
      )}
      <ul>
        {search.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}

function Bisect({ search: { probes, change } }: { readonly search: PageBisect }) {
  return (
    <>
      <BisectPath probes={probes} />
      <details>
        <summary>The releases in the order in which they were asked</summary>
        <ol>
          {probes.map(({ uv, words, run }) => (
            <li key={uv}>
              <RunLink run={run}>uv {uv}</RunLink>: {words}
            </li>
          ))}
        </ol>
      </details>
      {change === null ? null : <Change change={change} isOpen={true} />}
    </>
  );
}

/** One cell a release, one row a minor. */
function Strip({ search: { releases, changes } }: { readonly search: PageMap }) {
  const rows = useMemo(() => {
    const minors = Map.groupBy(releases, ({ uv }) => minorOf(uv));
    let first = true;
    return [...minors].map(([minor, ofMinor]) => {
      const cells = ofMinor.map(({ uv, verdict, asked, run, words }) => {
        const tab = first ? 0 : -1;
        first = false;
        const place = run === null ? "" : ` data-run="${run}"`;
        const label = xmlText(`${uv}: ${words}`);
        return `<td tabindex="${tab}"${place} class="${verdict}${asked ? "" : " inferred"}" aria-label="${label}" title="${label}"></td>`;
      });
      return `<tr><th scope="row">${xmlText(minor)}</th>${cells.join("")}</tr>`;
    });
  }, [releases]);
  return (
    <>
      <Grid label="Verdict of each release, a row a minor" rows={rows} />
      {releases.every(({ asked }) => asked) ? null : (
        <p>A cell with a dashed border was not run: its verdict is inferred from both sides.</p>
      )}
      {changes.map((change) => (
        <Change key={change.after} change={change} isOpen={changes.length <= 2} />
      ))}
    </>
  );
}

interface ChangeProps {
  readonly change: PageMap["changes"][number];
  readonly isOpen: boolean;
}

function Change({ change: { before, after, url, differed, runs }, isOpen }: ChangeProps) {
  return (
    <details open={isOpen}>
      <summary>
        From {before} to {after}
      </summary>
      <p>
        {runs === null ? null : <a href={`#compare-${runs[0]}-${runs[1]}`}>Both runs side by side</a>}
        {runs !== null && url !== null ? "; " : ""}
        {url === null ? null : <a href={url}>what lies between in uv's repository</a>}
      </p>
      {differed.length === 0 ? null : (
        <h3>
          What differed between {before} and {after}
        </h3>
      )}
      <Lines lines={differed} />
    </details>
  );
}

function Causes({ search: { causes } }: { readonly search: PageExplore }) {
  return (
    <ol>
      {causes.map(({ text, run, scenario, note, without }, position) => (
        <li key={position}>
          <p>
            <strong>{text}</strong> <RunLink run={run}>the run that shows it</RunLink>
          </p>
          {without.length === 0 ? null : (
            <div class="scroll" tabindex={0}>
              <table>
                <caption>Without one of its factors</caption>
                <TableHead names={["without", "verdict", "proves it necessary", "what differs"]} />
                <tbody>
                  {without.map(({ factor, verdict, proven, run: other }) => (
                    <tr key={factor}>
                      <th scope="row">{factor}</th>
                      <td class={verdict}>{` ${verdict}`}</td>
                      <td>{proven ? "yes" : "no"}</td>
                      <td>{run === null || other === null ? "" : <a href={`#compare-${other}-${run}`}>both runs side by side</a>}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {note === null ? null : <p>{note}</p>}
          {scenario === "" ? null : (
            <details>
              <summary>Cause {position + 1} as a scenario</summary>
              <pre tabindex={0}>{scenario}</pre>
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

function RunLink({ run, children }: { readonly run: number | null; readonly children: ComponentChildren }) {
  return run === null ? <>{children}</> : <a href={`#run-${run}`}>{children}</a>;
}
