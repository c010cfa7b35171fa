import { readLog } from "../../capture/uv-log/read-log.ts";
import { symptomOf, withoutPaths, type Symptom } from "../../capture/symptom.ts";
import { scenarioToml } from "../../capture/write/toml.ts";
import { placeNames } from "../../capture/infer/places.ts";
import type { Observation } from "../../observation/model.ts";
import type { RunResult } from "../../report/model.ts";
import { parseScenario } from "../../scenario/parse.ts";
import { formatProblems } from "../../scenario/problem.ts";
import { UserError } from "../../scenario/error.ts";
import type { Release } from "../../uv/binary.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { runScenario } from "../one-run/run-scenario.ts";
import { LOG_ENVIRONMENT } from "./logged-run.ts";

type Table = Record<string, unknown>;

/** A scenario from its document. Throws `UserError` where it is none, which is ours to mend. */
export function loadDocument(document: Table, file: string): LoadedScenario {
  const text = scenarioToml(document);
  const options = { file };
  const result = parseScenario(text, options);
  if (!result.ok) throw new UserError(formatProblems(result.problems, text));
  return {
    file,
    text,
    scenario: result.scenario,
    warnings: result.warnings,
    source: { toml: text, whole: text, options },
    isFromOutside: false,
    wheelsOnly: false,
  };
}

/** The document, in which the failing step writes its log. */
function withLog(document: Table, failing: number): Table {
  const steps = (document["step"] as readonly Table[]).map((step, at) =>
    at === failing ? { ...step, env: { ...(step["env"] as Table | undefined), ...LOG_ENVIRONMENT } } : step,
  );
  return { ...document, step: steps };
}

export interface Shown {
  readonly symptom: Symptom | null;
  readonly observation: Observation;
  readonly result: RunResult;
}

/** Runs the scenario once, reads the log of the step that fails, and gives its symptom; \`null\` where that step was not reached. */
export async function showScenario(
  harness: Harness,
  release: Release,
  document: Table,
  options: { readonly failing: number; readonly urls: readonly string[]; readonly file: string; readonly signal: AbortSignal },
): Promise<Shown> {
  const loaded = loadDocument(withLog(document, options.failing), options.file);
  const result = await runScenario(harness, loaded, release, { signal: options.signal });
  const { observation } = result;
  const record = observation.steps[options.failing];
  if (record === undefined || observation.trouble.length > 0) return { symptom: null, observation, result };
  const symptom = symptomOf({
    exit: record.exit,
    log: readLog(record.stderr),
    keyring: observation.keyring.filter(({ step }) => step === options.failing),
    placeOf: placeNames(options.urls),
    plain: withoutPaths,
  });
  return { symptom, observation, result };
}
