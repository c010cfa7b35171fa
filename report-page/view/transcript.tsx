import type { StepRecord } from "../../src/observation/model.ts";
import { stepCommand } from "../../src/report/command-line.ts";
import { visible } from "../../src/observation/visible-text.ts";

/** What a step printed. A search marks what it finds and counts the lines. */
export function Transcript({ step, search }: { readonly step: StepRecord; readonly search: string }) {
  const text = [`$ ${stepCommand(step)}`, ...stream("stdout", step.stdout), ...stream("stderr", step.stderr)].join("\n");
  const wanted = search.toLowerCase();
  const found = wanted === "" ? 0 : text.split("\n").filter((line) => line.toLowerCase().includes(wanted)).length;
  return (
    <>
      {wanted === "" ? null : <p aria-live="polite">{found === 1 ? "1 line matches" : `${found} lines match`}</p>}
      <pre tabindex={0}>{wanted === "" ? text : marked(text, wanted)}</pre>
    </>
  );
}

function stream(name: string, text: string): string[] {
  return text.trim() === "" ? [] : [`--- ${name}`, visible(text.trimEnd())];
}

function marked(text: string, wanted: string) {
  const parts = [];
  const lower = text.toLowerCase();
  let from = 0;
  // Some characters change their length in lower case; then nothing is marked rather than the wrong place.
  for (let at = lower.length === text.length ? lower.indexOf(wanted) : -1; at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + wanted.length)}</mark>);
    from = at + wanted.length;
  }
  return [...parts, text.slice(from)];
}
