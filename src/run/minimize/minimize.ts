import type { Observation } from "../../observation/model.ts";
import { reduce, type Reduced } from "../../minimize/reduce.ts";
import { parseScenario } from "../../scenario/parse.ts";
import { axesOf, type Factor } from "../../scenario/vary.ts";
import { parseOneFile } from "../../scenario/one-file.ts";
import { UserError } from "../../scenario/error.ts";
import type { Release } from "../../uv/binary.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load.ts";
import { runScenario } from "../one-run/run-scenario.ts";

export interface MinimizeOptions {
  readonly release: Release;
  readonly parallel: number;
  readonly signal: AbortSignal;
  readonly onCut: (words: string, text: string) => void;
}

export interface Minimized extends Reduced {
  readonly runs: number;
  /** The option of `[vary]` after which the scenario is healthy; `null`: it has none, so less may be left than the bug. */
  readonly pair: Factor | null;
}

/** Takes out of a scenario whatever the symptom does not need. Throws `UserError` where the scenario itself does not show it. */
export async function minimize(harness: Harness, loaded: LoadedScenario, options: MinimizeOptions): Promise<Minimized> {
  const { release, signal } = options;
  let runs = 0;
  const run = async (text: string, choices: readonly Factor[]): Promise<{ verdict: string; symptom: string } | null> => {
    const source = { file: loaded.file, ...(choices.length === 0 ? {} : { choices }) };
    const result = parseScenario(text, source);
    if (!result.ok) return null;
    runs += 1;
    const scenario: LoadedScenario = { ...loaded, text, scenario: result.scenario, source: { toml: text, whole: text, options: source } };
    const { verdict, observation } = await runScenario(harness, scenario, release, { signal });
    return { verdict, symptom: symptomOf(observation) };
  };
  const start = loaded.text;
  const original = await run(start, []);
  if (original?.verdict !== "reproduced") {
    throw new UserError(
      `${loaded.file}: with uv ${release.version} it is ${original?.verdict ?? "no scenario"}, not reproduced: there is no symptom to keep`,
    );
  }
  const pair = await healingOption(start, run);
  const shows = async (text: string): Promise<boolean> => {
    const broken = await run(text, []);
    if (broken?.verdict !== "reproduced" || broken.symptom !== original.symptom) return false;
    return pair === null || (await run(text, [pair]))?.verdict === "healthy";
  };
  const reduced = await reduce(start, { shows, parallel: options.parallel, signal, onCut: options.onCut });
  return { ...reduced, runs, pair };
}

/** The first option that makes it healthy. */
async function healingOption(
  text: string,
  run: (text: string, choices: readonly Factor[]) => Promise<{ verdict: string } | null>,
): Promise<Factor | null> {
  for (const { name, options } of axesOf(parseOneFile(text, {}))) {
    for (const option of options) {
      const choice = { axis: name, option };
      if ((await run(text, [choice]))?.verdict === "healthy") return choice;
    }
  }
  return null;
}

/** What must stay the same in the last step: its exit, which ends refused what, and what keyrings did. Neither order nor counts. */
function symptomOf({ steps, requests, keyring }: Observation): string {
  const last = steps.length - 1;
  const ends = requests
    .filter(({ step, final, status }) => step === last && final && status >= 400)
    .map(
      ({ index, status, authorization, method, url }) =>
        `${index ?? ""} ${method} ${/\.(?:whl|tar\.gz|metadata)$/u.test(url) ? "file" : "page"} ${status} ${authorization}`,
    );
  const calls = keyring.filter(({ step }) => step === last).map(({ from, raised, exit }) => `${from} ${raised ?? exit}`);
  return JSON.stringify([steps[last]?.exit, [...new Set(ends)].sort(), [...new Set(calls)].sort()]);
}
