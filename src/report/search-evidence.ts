import type { Probe } from "../bisect/model.ts";
import { countVerdicts, verdictWords } from "../bisect/repeats.ts";
import type { Verdict } from "../observation/model.ts";
import type { RunResult } from "./model.ts";

/** The runs behind a search's answer. */
export interface SearchEvidence {
  /** Runs of the probes, as far as they are at hand; several of one release where it was run again. */
  readonly runs: readonly RunResult[];
  /** Why releases were not run, by release. */
  readonly notRun?: ReadonlyMap<string, string>;
}

/** A release that was asked, as `--json` shows it. */
export interface ProbeJson {
  readonly uv: string;
  readonly verdict: Verdict;
  /** How many repeats came to which verdict; absent where the release was run once. */
  readonly repeats?: Partial<Record<Verdict, number>>;
  /** Why there is no verdict; absent where there is one. */
  readonly reasons?: readonly string[];
  /** Of all its runs; absent where nothing was run. */
  readonly durationMs?: number;
}

export function toProbeJson(probe: Probe, evidence: SearchEvidence): ProbeJson {
  const { uv, verdict, verdicts } = probe;
  const runs = evidence.runs.filter((run) => run.uv === uv);
  const reasons = reasonsFor(probe, evidence);
  return {
    uv,
    verdict,
    ...(verdicts.length > 1 && { repeats: countVerdicts(verdicts) }),
    ...(reasons.length > 0 && { reasons }),
    ...(runs.length > 0 && { durationMs: Math.round(runs.reduce((sum, run) => sum + run.durationMs, 0)) }),
  };
}

/** Why a release has no verdict, in words; none where it has one. */
export function reasonsFor({ uv, verdict, flaky }: Probe, { runs, notRun }: SearchEvidence): string[] {
  if (verdict === "reproduced" || verdict === "healthy") return [];
  const skipped = notRun?.get(uv);
  if (skipped !== undefined) return [skipped];
  if (flaky) return ["its runs came to different verdicts"];
  const last = runs.findLast((each) => each.uv === uv);
  if (last?.evidence === "exit-status") return [`${last.verdict}, but by its exit status alone; --accept-exit-status takes it`];
  const run = runs.findLast((each) => each.uv === uv && each.verdict === verdict);
  return (run?.reasons ?? []).map(({ wanted, seen }) => [wanted, seen].filter((text) => text !== "").join("; "));
}

/** The releases without a verdict by what they came to and why, in the order of the probes. */
export function withoutVerdict(
  probes: readonly Probe[],
  evidence: SearchEvidence,
): readonly { readonly words: string; readonly releases: readonly string[] }[] {
  const open = probes.filter((probe) => probe.flaky || reasonsFor(probe, evidence).length > 0);
  return [...Map.groupBy(open, (probe) => probeWords(probe, evidence))].map(([words, group]) => ({
    words,
    releases: group.map(({ uv }) => uv),
  }));
}

/** The verdict as a table shows it, with the first reason where there is none. */
export function probeWords(probe: Probe, evidence: SearchEvidence): string {
  const [reason] = probe.flaky ? [] : reasonsFor(probe, evidence);
  return reason === undefined ? verdictWords(probe) : `${verdictWords(probe)}: ${reason}`;
}
