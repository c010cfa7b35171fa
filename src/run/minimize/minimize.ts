import type { Observation, Verdict } from "../../observation/model.ts";
import { reduce, type Reduced } from "../../minimize/reduce.ts";
import { parseScenario } from "../../scenario/parse.ts";
import { axesOf, type Factor } from "../../scenario/vary.ts";
import { parseOneFile } from "../../scenario/one-file.ts";
import { isTable, tableIn } from "../../scenario/schema/value.ts";
import { UserError } from "../../scenario/error.ts";
import type { Release } from "../../uv/binary.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
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

/** Index names that differ from the first ones: new → first. */
type Names = ReadonlyMap<string, string>;

interface Ran {
  readonly verdict: Verdict;
  readonly symptom: string;
}

/** Takes out of a scenario whatever the symptom does not need. Throws `UserError` where the scenario itself does not show it. */
export async function minimize(harness: Harness, loaded: LoadedScenario, options: MinimizeOptions): Promise<Minimized> {
  const { release, signal } = options;
  let runs = 0;
  const run = async (text: string, choices: readonly Factor[], renamed: Names = new Map()): Promise<Ran | null> => {
    const source = { file: loaded.file, ...(choices.length === 0 ? {} : { choices }) };
    const result = parseScenario(text, source);
    if (!result.ok) return null;
    runs += 1;
    const scenario: LoadedScenario = { ...loaded, text, scenario: result.scenario, source: { toml: text, whole: text, options: source } };
    const { verdict, observation } = await runScenario(harness, scenario, release, { signal });
    return { verdict, symptom: symptomOf(observation, renamed) };
  };
  const start = loaded.text;
  const original = await run(start, []);
  if (original?.verdict !== "reproduced") {
    throw new UserError(
      `${loaded.file}: with uv ${release.version} it is ${original?.verdict ?? "no scenario"}, not reproduced: there is no symptom to keep`,
    );
  }
  const pair = await healingOption(start, run);
  const shows = async (text: string, renamed: Names): Promise<boolean> => {
    const broken = await run(text, [], renamed);
    if (broken?.verdict !== "reproduced" || broken.symptom !== original.symptom) return false;
    return pair === null || (await run(text, [factorAt(text, pair)]))?.verdict === "healthy";
  };
  const reduced = await reduce(start, { shows, parallel: options.parallel, signal, onCut: options.onCut });
  return { ...reduced, runs, pair: pair === null ? null : factorAt(reduced.text, pair) };
}

/** An option by its place: its name may hold names that get shorter. */
interface OptionPlace {
  readonly axis: number;
  readonly option: number;
}

function factorAt(text: string, { axis, option }: OptionPlace): Factor {
  const found = axesOf(parseOneFile(text, {}))[axis];
  return { axis: found?.name ?? "", option: found?.options[option] ?? "" };
}

/** The first option that makes it healthy. */
async function healingOption(
  text: string,
  run: (text: string, choices: readonly Factor[]) => Promise<Ran | null>,
): Promise<OptionPlace | null> {
  const document = parseOneFile(text, {});
  for (const [axis, { name, options }] of axesOf(document).entries()) {
    for (const [at, option] of options.entries()) {
      // An empty option is the scenario as it stands.
      if (isEmpty(document, name, option)) continue;
      if ((await run(text, [{ axis: name, option }]))?.verdict === "healthy") return { axis, option: at };
    }
  }
  return null;
}

function isEmpty(document: Readonly<Record<string, unknown>>, axis: string, option: string): boolean {
  const piece = tableIn(tableIn(document, "vary"), axis)[option];
  return isTable(piece) && Object.keys(piece).length === 0;
}

/** What must stay the same in the last step: its exit, which ends refused what, and what keyrings did. Neither order nor counts. */
function symptomOf({ steps, requests, keyring }: Observation, renamed: Names): string {
  const last = steps.length - 1;
  const ends = requests
    .filter(({ step, final, status }) => step === last && final && status >= 400)
    .map(
      ({ index, status, authorization, method, url }) =>
        `${renamed.get(index ?? "") ?? index ?? ""} ${method} ${/\.(?:whl|tar\.gz|metadata)$/u.test(url) ? "file" : "page"} ${status} ${authorization}`,
    );
  const calls = keyring.filter(({ step }) => step === last).map(({ from, raised, exit }) => `${from} ${raised ?? exit}`);
  return JSON.stringify([steps[last]?.exit, [...new Set(ends)].sort(), [...new Set(calls)].sort()]);
}
