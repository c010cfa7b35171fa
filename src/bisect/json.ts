import type { Verdict } from "../observation/model.ts";
import type { BisectResult, Direction, MapResult, Probe } from "./model.ts";
import { countVerdicts } from "./repeats.ts";

interface ProbeJson {
  readonly uv: string;
  readonly verdict: Verdict;
  /** How many repeats came to which verdict; absent where the release was run once. */
  readonly repeats?: Partial<Record<Verdict, number>>;
}

/** What `bisect --json` prints. */
export interface BisectJson {
  readonly schema: 1;
  readonly scenario: string;
  /** The bounds: `null` where no two releases differ. */
  readonly good: string | null;
  readonly bad: string | null;
  /** Neighbouring releases, `lastBefore` the older; with only releases of `skipped` between them where those gave no verdict. */
  readonly firstChanged: string | null;
  readonly lastBefore: string | null;
  readonly direction: Direction | null;
  readonly probes: readonly ProbeJson[];
  readonly skipped: readonly string[];
  readonly outcome: BisectResult["outcome"]["kind"];
  readonly contradictions: readonly { readonly lastBefore: string; readonly firstChanged: string }[];
}

/** What `map --json` prints. */
export interface MapJson {
  readonly schema: 1;
  readonly scenario: string;
  readonly segments: readonly {
    readonly from: string;
    readonly to: string;
    readonly verdict: Verdict;
    readonly probed: readonly string[];
  }[];
}

export function toBisectJson(scenario: string, result: BisectResult): BisectJson {
  const { outcome } = result;
  const isChange = outcome.kind === "found" || outcome.kind === "range";
  return {
    schema: 1,
    scenario,
    good: result.good,
    bad: result.bad,
    firstChanged: isChange ? outcome.firstChanged : null,
    lastBefore: isChange ? outcome.lastBefore : null,
    direction: result.direction,
    probes: result.probes.map(toProbeJson),
    skipped: result.skipped,
    outcome: outcome.kind,
    contradictions: result.contradictions.map(({ before, after }) => ({ lastBefore: before.uv, firstChanged: after.uv })),
  };
}

export function toMapJson(scenario: string, { segments }: MapResult): MapJson {
  return { schema: 1, scenario, segments: segments.map(({ from, to, verdict, probed }) => ({ from, to, verdict, probed })) };
}

function toProbeJson({ uv, verdict, verdicts }: Probe): ProbeJson {
  return verdicts.length === 1 ? { uv, verdict } : { uv, verdict, repeats: countVerdicts(verdicts) };
}
