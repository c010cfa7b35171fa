import { differenceWords } from "../../src/report/difference-words.ts";
import { timelineOf } from "../../src/report/timeline.ts";
import { judgedWords } from "../../src/report/verdict-words.ts";
import { whyWords } from "../../src/report/why.ts";
import { observed, type Run } from "./run.ts";
import { Requests } from "./requests.tsx";

/** Two runs of one scenario: what differed, then both side by side. */
export function CompareView({ before, after }: { readonly before: Run; readonly after: Run }) {
  const [first, second] = [observed(before), observed(after)];
  const steps = Math.max(first.observation.steps.length, second.observation.steps.length);
  return (
    <section aria-labelledby="compare">
      <h2 id="compare">
        uv {before.uv} ({before.verdict}) and uv {after.uv} ({after.verdict})
      </h2>
      <h3>What differed</h3>
      <ul>
        {differenceWords(first, second, (value) => value).map(({ depth, text }, position) => (
          <li key={position} style={{ marginLeft: `${depth}em` }}>
            {text}
          </li>
        ))}
      </ul>
      <div class="beside">
        {[first, second].map((run, side) => (
          <div key={side}>
            <h3>
              uv {run.uv}: <strong class={`word ${run.verdict}`}>{judgedWords(run)}</strong>
            </h3>
            <p>{whyWords(run, (value) => value)}</p>
            {Array.from({ length: steps }, (_, step) => (
              <div key={step}>
                <h4>Step {step + 1}</h4>
                <Requests entries={timelineOf(run.observation, step)} />
              </div>
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}
