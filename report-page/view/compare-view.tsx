import type { ComponentChildren } from "preact";
import { commandLine } from "../../src/report/command-line.ts";
import { differenceWords } from "../../src/report/difference-words.ts";
import { eventWords } from "../../src/report/journal-difference.ts";
import type { RunResult } from "../../src/report/model.ts";
import { endWords, timelineOf } from "../../src/report/timeline.ts";
import { judgedWords } from "../../src/report/verdict-words.ts";
import { whyWords } from "../../src/report/why.ts";
import { stepAlone } from "../../src/report/step-alone.ts";
import { Lines } from "./lines.tsx";
import { observed, type Run } from "./run.ts";
import { Requests } from "./requests.tsx";

/** Two runs of one scenario: what differed, then both side by side. */
export function CompareView({ before, after, place }: { readonly before: Run; readonly after: Run; readonly place: number }) {
  const sides = [observed(before), observed(after)] as const;
  const names = [nameOf(before), nameOf(after)];
  return (
    <Beside
      title={`${names[0]} (${before.verdict}) and ${names[1]} (${after.verdict})`}
      place={place}
      sides={sides}
      byStep={true}
      heads={sides.map((run, side) => (
        <>
          <h3>
            {names[side]}: <strong class={`word ${run.verdict}`}>{judgedWords(run)}</strong>
          </h3>
          <p>{whyWords(run, (value) => value)}</p>
        </>
      ))}
    />
  );
}

/** Runs that explore made differ in what it changed, too. */
function nameOf({ uv, variation }: Run): string {
  return variation === null ? `uv ${uv}` : `${variation}, uv ${uv}`;
}

/** Two steps of one run, as uv beside pip. */
export function CompareSteps({
  run,
  place,
  steps,
}: {
  readonly run: Run;
  readonly place: number;
  readonly steps: readonly [number, number];
}) {
  const result = observed(run);
  const [first, second] = steps;
  return (
    <Beside
      title={`Step ${first + 1} and step ${second + 1} with uv ${run.uv}`}
      place={place}
      sides={[stepAlone(result, first), stepAlone(result, second)]}
      byStep={false}
      heads={steps.map((step) => {
        const record = result.observation.steps[step];
        return (
          <h3>
            Step {step + 1}: <code>{commandLine(record?.argv ?? [])}</code>
            {record === undefined ? " (was not run)" : ` (${endWords(record)})`}
          </h3>
        );
      })}
    />
  );
}

interface BesideProps {
  readonly title: string;
  /** Of the run to go back to. */
  readonly place: number;
  readonly sides: readonly [RunResult, RunResult];
  readonly heads: readonly ComponentChildren[];
  /** Whether what differed is listed step by step. */
  readonly byStep: boolean;
}

function Beside({ title, place, sides: [first, second], heads, byStep }: BesideProps) {
  const count = Math.max(first.observation.steps.length, second.observation.steps.length);
  const words = differenceWords(first, second, (value) => value);
  // Two steps have their own heads, which say what was run and how it ended.
  const lines = byStep || words.length === 1 ? words : words.slice(1);
  const keys = [keysOf(first), keysOf(second)];
  return (
    <section aria-labelledby="compare">
      <h2 id="compare" tabindex={-1}>
        {title}
      </h2>
      <p>
        <a href={`#run-${place}`}>Back to the run</a>
      </p>
      <h3>What differed</h3>
      <Lines lines={lines} />
      <div class="beside">
        {[first, second].map((run, side) => (
          <div key={side}>
            {heads[side]}
            {Array.from({ length: count }, (_, step) => (
              <div key={step}>
                {count === 1 ? null : <h4>Step {step + 1}</h4>}
                <Requests
                  entries={timelineOf(run.observation, step)}
                  differs={(entry) => keys[1 - side]?.has(keyOf(step, entry.event)) !== true}
                />
              </div>
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

function keysOf({ observation }: RunResult): ReadonlySet<string> {
  return new Set(observation.steps.flatMap((_, step) => timelineOf(observation, step).map(({ event }) => keyOf(step, event))));
}

function keyOf(step: number, event: Parameters<typeof eventWords>[0]): string {
  const { what, outcome } = eventWords(event);
  return JSON.stringify([step, what, outcome]);
}
