import { claimedReleases, isSupported } from "../../judge/claim.ts";
import { UserError } from "../../scenario/error.ts";
import { OUT_OF_REACH } from "../../scenario/model.ts";
import { unknownRelease } from "../../uv/select.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";

/** All releases; where no list of them can be had, those that are installed, which `notice` is told. Throws `UserError` where there are none. */
export async function allReleases(harness: Harness, notice: (text: string) => void): Promise<readonly string[]> {
  try {
    return await harness.releases();
  } catch (error) {
    const installed = (await harness.store.installed()).map(({ version }) => version);
    if (!(error instanceof UserError) || installed.length === 0) throw error;
    notice(`${error.message.split("\n")[0] ?? ""}\nonly the ${installed.length} releases that are installed are searched`);
    return installed;
  }
}

/** The releases that a scenario supports, oldest first: outside them nothing is run. Throws `UserError` where there are none. */
export function supportedReleases({ file, scenario }: LoadedScenario, all: readonly string[]): string[] {
  if (scenario.needs !== undefined) {
    const wanted = scenario.needs.map((need) => OUT_OF_REACH[need]).join(" and ");
    throw new UserError(`${file}: needs ${wanted}, which no run has: every release is unsupported, so there is nothing to search`);
  }
  const within = all.filter((version) => isSupported(scenario, version));
  if (within.length === 0) throw new UserError(`${file}: no release of uv is in \`supported = "${scenario.supported}"\``);
  return within;
}

/** Throws `UserError` for a bound that is none of the releases to search. */
export function checkBound(bound: string, { scenario }: LoadedScenario, within: readonly string[], all: readonly string[]): void {
  if (within.includes(bound)) return;
  throw new UserError(
    all.includes(bound) ? `uv ${bound} is outside the scenario's \`supported = "${scenario.supported}"\`` : unknownRelease(bound, all),
  );
}

/** The ends of what is claimed, newest first: where the verdict is likely to differ. */
export function likelyReleases({ scenario }: LoadedScenario, releases: readonly string[]): string[] {
  return scenario.claims.length === 0 ? [] : claimedReleases(scenario, releases).toReversed();
}
