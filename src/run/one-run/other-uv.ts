import { UserError } from "../../scenario/error.ts";
import { PREVIOUS, type Scenario } from "../../scenario/model.ts";
import { compare, isVersion } from "../../scenario/version.ts";
import type { Release } from "../../uv/binary.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { complaint } from "./complaint.ts";
import { SetUpFailed } from "./set-up-failed.ts";

/** The releases that steps name for themselves, by what they say: `0.9.4`, `previous`. */
export type OtherUvs = ReadonlyMap<string, Release>;

/** Executables by release. */
export function filesOf(others: OtherUvs): Map<string, string> {
  return new Map([...others.values()].map(({ version, file }) => [version, file]));
}

/** What steps say of another uv, each once. */
export function namedUvs(scenario: Scenario): string[] {
  return [...new Set(scenario.steps.flatMap(({ uv }) => (uv === undefined ? [] : [uv])))];
}

/**
 * Installs the releases that steps name, for one release under test.
 *
 * @throws UserError, with its place in the scenario, for one that there is not.
 * @throws SetUpFailed where nothing is before the release under test.
 */
export async function fetchOtherUvs(harness: Harness, loaded: LoadedScenario, underTest: string): Promise<OtherUvs> {
  const others = new Map<string, Release>();
  for (const named of namedUvs(loaded.scenario)) {
    const version = named === PREVIOUS ? await releaseBefore(harness, underTest) : await known(harness, loaded, named);
    others.set(named, await harness.release(version));
  }
  return others;
}

/** What the result of a run depends on besides: which release each name meant. Fetches none. */
export async function otherVersions(harness: Harness, scenario: Scenario, underTest: string): Promise<string[]> {
  const named = namedUvs(scenario);
  return Promise.all(named.map(async (uv) => (uv === PREVIOUS ? releaseBefore(harness, underTest).catch(() => "none") : uv)));
}

async function releaseBefore(harness: Harness, underTest: string): Promise<string> {
  const before = (await harness.releases()).findLast((version) => isVersion(underTest) && compare(version, underTest) < 0);
  if (before === undefined)
    throw new SetUpFailed(`there is no release of uv before ${underTest}, which a step wants as \`${PREVIOUS}\``, { kind: "install" });
  return before;
}

async function known(harness: Harness, loaded: LoadedScenario, version: string): Promise<string> {
  try {
    const [only = version] = await harness.select([version]);
    return only;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const step = loaded.scenario.steps.findIndex(({ uv }) => uv === version);
    throw new UserError(complaint(loaded, { kind: "wrong-value", path: ["step", step, "uv"], message: error.message }), { cause: error });
  }
}
