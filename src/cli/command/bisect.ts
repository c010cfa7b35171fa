import { BUDGET } from "../../bisect/budget.ts";
import { toBisectJson } from "../../report/bisect-json.ts";
import { bisectText } from "../../report/bisect.ts";
import { EXIT } from "../../report/exit-status.ts";
import { boundsOf } from "../../run/search/given-bounds.ts";
import { bisectScenario } from "../../run/search/search.ts";
import { writeReport } from "../report-file.ts";
import { paintFor } from "../render/paint.ts";
import { flag, searchCommand, type SearchCommandOptions } from "./search.ts";

interface BisectCommandOptions extends SearchCommandOptions {
  readonly good?: string;
  readonly bad?: string;
  readonly budget: number;
}

/** The outcomes that name a release, or an honest range. */
const ANSWERS: ReadonlySet<string> = new Set(["found", "range", "first-supported"]);

/** `uv-mre bisect`: exit 0 when it names a change (or an honest range), 3 when it cannot. */
export async function bisectCommand(file: string, options: BisectCommandOptions): Promise<number> {
  const { budget } = options;
  let bounds: { readonly good?: string; readonly bad?: string } = {};
  return searchCommand(file, options, {
    async command(harness, scenario) {
      bounds = await boundsOf(harness, scenario, options);
      return [
        "bisect",
        file,
        ...flag("--good", bounds.good),
        ...flag("--bad", bounds.bad),
        ...(budget === BUDGET ? [] : ["--budget", `${budget}`]),
      ];
    },
    run: (harness, scenario, search) => bisectScenario(harness, scenario, { ...search, ...bounds, budget }),
    async answer({ file: scenario }, { result, runs, notRun }, command, durationMs) {
      const report = { scenario, result, runs, notRun, command, durationMs };
      for (const to of options.report) await writeReport(to, { results: [], searches: [{ kind: "bisect", ...report }] });
      console.log(
        options.json === true ? JSON.stringify(toBisectJson(report), null, 2) : bisectText(report, paintFor(process.stdout, process.env)),
      );
      return ANSWERS.has(result.outcome.kind) ? EXIT.ok : EXIT.unresolved;
    },
  });
}
