import { EXIT, unknownSteps } from "../../report/exit-status.ts";
import { toMapJson } from "../../report/map-json.ts";
import { mapText } from "../../report/map.ts";
import { mapScenario } from "../../run/search/search.ts";
import { writeReport } from "../report-file.ts";
import { paintFor, widthOf } from "../render/paint.ts";
import { searchCommand, type SearchCommandOptions } from "./search.ts";

interface MapCommandOptions extends SearchCommandOptions {
  readonly uv: string[];
  readonly sample?: boolean;
}

/** `uv-mre map`: exit 0 when every release has a verdict or is unsupported, 3 when unresolved stretches remain. */
export async function mapCommand(file: string, options: MapCommandOptions): Promise<number> {
  const { uv, sample = false } = options;
  return searchCommand(file, options, {
    command: async () => ["map", file, ...uv.flatMap((spec) => ["--uv", spec]), ...(sample ? ["--sample"] : [])],
    run: (harness, scenario, search) => mapScenario(harness, scenario, { ...search, uv, sample }),
    async answer({ file: scenario }, { result, runs, notRun }, command, durationMs) {
      const report = { scenario, result, runs, notRun, command, durationMs };
      for (const to of options.report) await writeReport(to, { results: [], searches: [{ kind: "map", ...report }] });
      const paint = paintFor(process.stdout, process.env);
      console.log(
        options.json === true ? JSON.stringify(toMapJson(report), null, 2) : mapText(report, { width: widthOf(process.stdout), paint }),
      );
      return result.segments.some((segment) => segment.verdict === "unresolved") || unknownSteps(runs).length > 0
        ? EXIT.unresolved
        : EXIT.ok;
    },
  });
}
