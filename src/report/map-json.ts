import type { Verdict } from "../observation/model.ts";
import { differed } from "./bisect-json.ts";
import { changesOf, compareUrl, mapStatement } from "./bisect-words.ts";
import type { MapResult } from "../bisect/model.ts";
import type { RunJsonEntry } from "./json.ts";
import { keptSearch, type KeptSearch } from "./kept-search.ts";
import type { MapReport } from "./map.ts";
import { runOf } from "./run-of.ts";
import { toProbeJson, type ProbeJson } from "./search-evidence.ts";

/** What `map --json` prints. */
export interface MapJson {
  readonly schema: 1;
  readonly kind: "map";
  readonly scenario: string;
  readonly segments: readonly {
    readonly from: string;
    readonly to: string;
    readonly verdict: Verdict;
    readonly probed: readonly string[];
  }[];
  /** Every release was asked. */
  readonly exhaustive: boolean;
  /** Every release, oldest first; `asked: false`: its verdict is inferred from those on either side. */
  readonly releases: readonly (ProbeJson & { readonly asked: boolean })[];
  /** What lies between each two segments. */
  readonly changes: readonly {
    readonly lastBefore: string;
    readonly firstChanged: string;
    readonly compareUrl: string | null;
    readonly differed: readonly string[];
  }[];
  /** As in `bisect --json`: how sure the changes are, or, where some release was flaky, each release. */
  readonly repeats: { readonly runs: number; readonly missed: number; readonly rate: number } | null;
  /** Of the whole search. */
  readonly durationMs: number | null;
  /** What `uv-mre report` makes the other formats of. */
  readonly kept: KeptSearch<MapResult>;
  /** Every run behind the answer. */
  readonly runs: readonly RunJsonEntry[];
}

export function toMapJson(report: MapReport): MapJson {
  const { segments, probes, exhaustive, versions } = report.result;
  const probeOf = new Map(probes.map((probe) => [probe.uv, probe]));
  const verdictOf = new Map(segments.flatMap(({ verdict, probed, inferred }) => [...probed, ...inferred].map((uv) => [uv, verdict])));
  const statement = mapStatement(report.result);
  const run = (uv: string): ReturnType<typeof runOf> => runOf(uv, probes, report.runs);
  return {
    schema: 1,
    kind: "map",
    scenario: report.scenario,
    segments: segments.map(({ from, to, verdict, probed }) => ({ from, to, verdict, probed })),
    exhaustive,
    releases: versions.map((uv) => {
      const probe = probeOf.get(uv);
      if (probe !== undefined) return { ...toProbeJson(probe, report), asked: true };
      return { uv, verdict: verdictOf.get(uv) ?? "unresolved", asked: false };
    }),
    changes: changesOf(report.result).map(({ lastBefore, firstChanged }) => ({
      lastBefore,
      firstChanged,
      compareUrl: compareUrl(lastBefore, firstChanged),
      differed: differed(run(lastBefore), run(firstChanged)),
    })),
    repeats: statement === null ? null : { runs: statement.runs, missed: statement.missed, rate: statement.rate },
    durationMs: report.durationMs === undefined ? null : Math.round(report.durationMs),
    ...keptSearch(report),
  };
}
