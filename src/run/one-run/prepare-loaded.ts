import { NeedsBuild } from "../../package/closure.ts";
import { UserError } from "../../scenario/error.ts";
import type { Scenario } from "../../scenario/model.ts";
import type { Harness, Prepared } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { complaint } from "./complaint.ts";

/**
 * What a run of a scenario needs, by what is known of where it came from; `scenario` is the one to run. Throws `UserError`,
 * with its place where a stranger's scenario asks for a package that would have to be built.
 */
export async function prepareLoaded(harness: Harness, loaded: LoadedScenario, scenario: Scenario): Promise<Prepared> {
  try {
    return await harness.prepare(scenario, loaded);
  } catch (error) {
    throw placed(error, loaded, scenario);
  }
}

/** An error that names a package of an index, with where it stands; any other as it is. */
export function placed(error: unknown, loaded: LoadedScenario, { indexes, defaultIndex }: Scenario): unknown {
  if (!(error instanceof NeedsBuild)) return error;
  const real = [...indexes, defaultIndex].flatMap((index) =>
    index.packages.flatMap((pkg) => (pkg.kind === "real" ? [{ index: index.name, requirement: pkg.requirement }] : [])),
  );
  const meant = real.find(({ requirement }) => error.requirements.includes(requirement)) ?? real[0];
  if (meant === undefined) return error;
  const said = complaint(loaded, {
    kind: "bad-requirement",
    path: ["index", meant.index, "packages"],
    message: error.what,
    hint: "the scenario may be a stranger's: read it, then say --sandbox none",
    find: meant.requirement,
  });
  return new UserError(`${said}${error.details}`);
}
