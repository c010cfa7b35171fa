import { useState } from "preact/hooks";
import { stepCommand } from "../../src/report/command-line.ts";
import { decidingStep } from "../../src/report/deciding-step.ts";
import { expectation } from "../../src/report/expectation-words.ts";
import { endWords, timelineOf } from "../../src/report/timeline.ts";
import { visible } from "../../src/observation/visible-text.ts";
import { judgedWords } from "../../src/report/verdict-words.ts";
import { whyWords } from "../../src/report/why.ts";
import { cutMiddle } from "../../src/report/short-url.ts";
import type { FileRecord, StepRecord } from "../../src/observation/model.ts";
import type { PageRun } from "../../src/report/page-data.ts";
import { observed, type Run } from "./run.ts";
import { Requests } from "./requests.tsx";
import { SequenceDiagram } from "./sequence-diagram.tsx";
import { TableHead } from "./table-head.tsx";
import { Transcript } from "./transcript.tsx";

/** One run: verdict and why, each step as a drawing, a table and a transcript, then files and environment. */
export function RunView({ run, place, runs }: { readonly run: Run; readonly place: number; readonly runs: readonly PageRun[] }) {
  const result = observed(run);
  const [search, setSearch] = useState("");
  const deciding = decidingStep(result);
  const why = whyWords(result, (value) => value);
  const others = runs
    .map((other, position) => ({ other, position }))
    .filter(
      ({ other, position }) =>
        other.scenario === run.scenario &&
        (other.variation === null) === (run.variation === null) &&
        position !== place &&
        other.hasEvidence,
    );
  return (
    <section aria-labelledby="run">
      <h2 id="run" tabindex={-1}>
        {run.scenario}, uv {run.uv}: <strong class={`word ${run.verdict}`}>{judgedWords(run)}</strong>
        {run.claim === "none" ? "" : `, claim ${run.claim}`}
      </h2>
      <p>
        {run.title}
        {run.variation === null ? "" : ` (${run.variation})`}
      </p>
      {why === null ? null : <p class="why">{why}</p>}
      <ul>
        {run.reasons.map(({ condition, wanted, seen }, position) => (
          <li key={position}>
            {condition === null ? "" : <code>{condition}</code>} wanted: {visible(wanted)}; seen: {visible(seen)}
          </li>
        ))}
        {result.observation.leaks.map(({ where, secret, step }, position) => (
          <li key={position}>
            Step {step + 1} wrote the secret <code>{secret}</code> in the clear to <code>{where}</code>.
          </li>
        ))}
      </ul>
      {run.observation === null ? <p>The evidence of this run was left out to keep the page small: run it again.</p> : null}
      {others.length === 0 ? null : (
        <p>
          <label>
            Compare with{" "}
            <select onChange={(event) => (location.hash = `compare-${place}-${event.currentTarget.value}`)}>
              <option value="">{run.variation === null ? "choose a release" : "choose a run"}</option>
              {others.map(({ other, position }) => (
                <option key={position} value={position}>
                  uv {other.uv}, {other.verdict}
                  {other.variation === null ? "" : `: ${other.variation}`}
                </option>
              ))}
            </select>
          </label>
        </p>
      )}
      {result.observation.steps.length === 0 ? null : (
        <p>
          <label>
            Search the transcripts <input type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
          </label>
        </p>
      )}
      {result.observation.steps.map((step, position) => {
        const entries = timelineOf(result.observation, position);
        return (
          <details key={`${place}-${position}`} open={position === deciding || search !== ""}>
            <summary>
              Step {position + 1}: <code>{stepCommand(step)}</code> ({endWords(step)})
            </summary>
            {entries.length === 0 ? null : <SequenceDiagram step={step} entries={entries} uv={run.uv} />}
            <Requests entries={entries} />
            <Transcript step={step} search={search} />
            <FilesAfter files={result.observation.files.filter((file) => file.step === position)} />
            {result.observation.steps.length < 2 ? null : (
              <CompareStep
                step={position}
                steps={result.observation.steps}
                onChoose={(other) => (location.hash = `steps-${place}-${position}-${other}`)}
              />
            )}
          </details>
        );
      })}
      {(["reproduced", "healthy"] as const).map((side) => (
        <details key={side}>
          <summary>What {side} means</summary>
          <ul>
            {expectation(run.definition, side).flatMap(({ step, clauses }) =>
              clauses.map((clause) => (
                <li key={`${step}${clause}`}>
                  Step {step + 1}: {clause}
                </li>
              )),
            )}
          </ul>
        </details>
      ))}
      <details>
        <summary>The scenario</summary>
        <pre tabindex={0}>{run.scenarioText}</pre>
      </details>
      {Object.entries(run.filledFiles ?? run.definition.files).map(([file, text]) => (
        <details key={file}>
          <summary>
            File <code>{file}</code>
          </summary>
          <pre tabindex={0}>{visible(text)}</pre>
        </details>
      ))}
      <details>
        <summary>Environment</summary>
        <p>
          {run.environment.platform}, Python {run.environment.python}, Node {run.environment.node}, uv-mre {run.environment.toolVersion}
        </p>
        <div class="scroll" tabindex={0}>
          <table>
            <caption>What uv-mre set in the environment of every step</caption>
            <TableHead names={["variable", "value", "why"]} />
            <tbody>
              {run.environment.added.map(({ name, value, why: reason }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{visible(value)}</td>
                  <td>{reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

/** What the files that conditions ask for held once the step had ended. */
function FilesAfter({ files }: { readonly files: readonly FileRecord[] }) {
  return (
    <>
      {files.map(({ path, content, unread }) => (
        <details key={path}>
          <summary>
            <code>{path}</code> after this step{content === null ? `: ${unread ?? "absent"}` : ""}
          </summary>
          {content === null ? null : <pre tabindex={0}>{visible(content)}</pre>}
        </details>
      ))}
    </>
  );
}

interface CompareStepProps {
  readonly step: number;
  readonly steps: readonly StepRecord[];
  readonly onChoose: (other: string) => void;
}

function CompareStep({ step, steps, onChoose }: CompareStepProps) {
  return (
    <p>
      <label>
        Compare step {step + 1} with{" "}
        <select onChange={(event) => onChoose(event.currentTarget.value)}>
          <option value="">choose a step</option>
          {steps.map((each, other) =>
            other === step ? null : (
              <option key={other} value={other}>
                step {other + 1}: {cutMiddle(stepCommand(each), 80)}
              </option>
            ),
          )}
        </select>
      </label>
    </p>
  );
}
