import type { Verdict } from "../observation/model.ts";
import type { Claim, Scenario } from "../scenario/model.ts";
import { isVersion, satisfies } from "../scenario/version.ts";

/** Whether the scenario means this release at all. A version that can't be read (of a binary's own) is not ruled out. */
export function isSupported(scenario: Pick<Scenario, "supported" | "needs">, uvVersion: string): boolean {
  if (scenario.needs !== undefined) return false;
  return scenario.supported === null || !isVersion(uvVersion) || satisfies(uvVersion, scenario.supported);
}

/**
 * The first claim about a release, in file order; `null` where none is made. Pre-releases fall under a claim that
 * names one (PEP 440). Outside `supported` nothing is run, so only a claim of `unsupported` can be meant there.
 */
export function claimFor(scenario: Pick<Scenario, "supported" | "claims">, uvVersion: string): Claim | null {
  if (!isVersion(uvVersion)) return null;
  const claim = scenario.claims.find(({ releases }) => satisfies(uvVersion, releases)) ?? null;
  return claim === null || claim.verdict === "unsupported" || isSupported(scenario, uvVersion) ? claim : null;
}

/** `none` also where the run came to no verdict: what could not be judged contradicts nothing. */
export function compareClaim(claim: Claim | null, verdict: Verdict): "held" | "contradicted" | "none" {
  if (claim === null) return "none";
  if (claim.verdict === verdict) return "held";
  return verdict === "unresolved" ? "none" : "contradicted";
}

/** Of each claim the oldest and the newest of these releases that it is about, in order; where nothing is claimed, the newest supported. */
export function claimedReleases(scenario: Pick<Scenario, "supported" | "claims">, versions: readonly string[]): string[] {
  const ends = scenario.claims.flatMap((claim) => {
    const about = versions.filter((uv) => isSupported(scenario, uv) && claimFor(scenario, uv) === claim);
    return [...about.slice(0, 1), ...about.slice(-1)];
  });
  const wanted = new Set(ends.length > 0 ? ends : versions.filter((uv) => isSupported(scenario, uv)).slice(-1));
  return versions.filter((uv) => wanted.has(uv));
}
