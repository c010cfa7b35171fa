import { createLocator } from "../scenario/position.ts";
import { claimFor } from "../judge/claim.ts";
import type { RunResult } from "./model.ts";
import { rangeWords, sortByRelease } from "./releases.ts";
import { oneLine } from "../observation/visible-text.ts";

/** GitHub shows no more of one kind in a step. */
const MOST = 10;

interface Annotation {
  readonly file: string;
  readonly line: number;
  readonly title: string;
  readonly message: string;
  readonly runs: RunResult[];
}

/**
 * What failed, as workflow commands that GitHub shows at the scenario's line: a contradicted claim at the claim, a run
 * without a verdict at the condition that fell short. Releases with the same trouble share one.
 */
export function annotations(results: readonly RunResult[]): string[] {
  const found = new Map<string, Annotation>();
  for (const run of results) {
    const { line, title, message } = failureOf(run) ?? {};
    if (line === undefined || title === undefined || message === undefined) continue;
    const file = run.scenario.endsWith(".toml") ? run.scenario : `${run.scenario}/scenario.toml`;
    const key = JSON.stringify([file, line, title, message]);
    const known = found.get(key);
    if (known === undefined) found.set(key, { file, line, title, message, runs: [run] });
    else known.runs.push(run);
  }
  return [...found.values()]
    .slice(0, MOST)
    .map(
      ({ file, line, title, message, runs }) =>
        `::error file=${property(file)},line=${line},title=${property(title)}::${data(`uv ${rangeWords(sortByRelease(runs))}: ${message}`)}`,
    );
}

function failureOf(run: RunResult): Pick<Annotation, "line" | "title" | "message"> | null {
  if (run.claim === "contradicted") {
    const claim = claimFor(run.definition, run.uv);
    const line = lineOf(run, claim === null ? [] : ["claims", claim.releases]);
    return { line, title: "A claim is contradicted", message: `claimed ${run.claimed ?? "another verdict"}, came to ${run.verdict}` };
  }
  if (run.verdict !== "unresolved" || run.claim === "held") return null;
  const [reason] = run.reasons;
  const message = reason === undefined ? "the run came to no verdict" : `no verdict: wanted ${reason.wanted}; seen: ${reason.seen}`;
  return { line: lineOf(run, pathOf(reason?.condition ?? "")), title: "A run came to no verdict", message: oneLine(message, 600) };
}

function lineOf({ scenarioText }: RunResult, path: readonly (string | number)[]): number {
  return createLocator(scenarioText).locate(path, { atKey: true, find: null, after: "" }).line;
}

/** `step[1].healthy.exit` as the keys that lead there. */
function pathOf(condition: string): (string | number)[] {
  return [...condition.matchAll(/\[(\d+)\]|([^.[\]]+)/gu)].map(([, index, key]) => (index === undefined ? (key ?? "") : Number(index)));
}

/** As GitHub's own toolkit escapes them: a value can neither end the command nor add a property. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
