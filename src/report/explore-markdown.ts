import type { Cause } from "../explore/search.ts";
import { commandLine, savedName } from "./command-line.ts";
import type { ExploreReport } from "./explore.ts";
import {
  causeWords,
  exploreWords,
  factorWords,
  INTERRUPTED,
  NO_CAUSE,
  NOT_REDUCED,
  searchNotes,
  stoppedWords,
  unprovenWords,
} from "./explore-words.ts";
import { fitReport, GITHUB_LIMIT, type Limits } from "./limits.ts";
import { runEvidence } from "./markdown-section.ts";
import { blocks, code, details, fence, fenceVerbatim, prose, table } from "./markdown-text.ts";
import { explorationRun } from "./explored-run.ts";

/** Causes that stay open; the others are folded. */
const MOST_OPEN_CAUSES = 4;

/** The exploration as GitHub Markdown: each cause with what proves it, and as a scenario that shows it, folded. */
export function exploreMarkdown(report: ExploreReport, limit = GITHUB_LIMIT): string {
  return fitReport((limits) => `${render(report, limits)}\n`, limit);
}

function render(report: ExploreReport, limits: Limits): string {
  const { result, scenario, command } = report;
  const stopped = stoppedWords(result);
  const { causes } = result;
  const shown = causes.slice(0, limits.table).map((cause, index) => causeSection(cause, index + 1, limits));
  const folded = shown.slice(MOST_OPEN_CAUSES);
  const file = savedName(scenario);
  return blocks(
    `# ${prose(report.runs?.[0]?.run.definition.title ?? scenario, 200)}`,
    prose(exploreWords(report)),
    stopped === null ? null : blocks(`**${stopped.text}**`, stopped.why === null ? null : prose(stopped.why)),
    result.interrupted ? INTERRUPTED : null,
    stopped === null && causes.length === 0 ? NO_CAUSE : null,
    ...shown.slice(0, MOST_OPEN_CAUSES),
    folded.length === 0 ? null : details(`${folded.length} more causes`, blocks(...folded)),
    causes.length > shown.length ? `${causes.length - shown.length} more causes are left out to keep the report short.` : null,
    ...searchNotes(result).map(({ text }) => prose(text, 1_000)),
    ...written(report, limits),
    details("What the runs came to", outcomes(report, limits)),
    command === undefined
      ? null
      : blocks(
          "## Repeat it",
          `With the scenario as \`${file}\`:`,
          fence(commandLine(command.map((word) => (word === scenario ? file : word))), "sh"),
        ),
  );
}

function causeSection(cause: Cause, number: number, limits: Limits): string {
  const rows = cause.necessary
    .slice(0, limits.table)
    .map((proof) => [prose(factorWords(proof.factor), 200), `${proof.without.verdict}${unprovenWords(proof)}`]);
  return blocks(
    `**${number}. ${prose(causeWords(cause), 1_000)}**`,
    rows.length === 0 ? null : table(["without", "verdict"], rows),
    cause.reduced ? null : NOT_REDUCED,
  );
}

/** Each cause as a scenario of its own, and the run that shows it. */
function written(report: ExploreReport, limits: Limits): string[] {
  return report.written.slice(0, limits.evidence).flatMap(({ text, uv }, index) => {
    const cause = report.result.causes[index];
    const run = cause === undefined ? undefined : explorationRun(report, cause.factors)?.run;
    return [
      text.length > limits.scenario ? "" : details(`Cause ${index + 1} as a scenario, for uv ${uv}`, fenceVerbatim(text, "toml")),
      run === undefined ? "" : details(`Evidence of cause ${index + 1}: uv ${run.uv}, ${run.verdict}`, runEvidence(run, limits, "##")),
    ];
  });
}

function outcomes({ result }: ExploreReport, limits: Limits): string {
  const groups = [...Map.groupBy(result.samples, ({ verdict, signature }) => `${verdict}: ${signature}`)];
  const rows = groups
    .slice(0, limits.table)
    .map(([what, samples]) => [String(samples.length), code(what, 200), prose(samples[0]?.reason ?? "", 200)]);
  const left = groups.length - rows.length;
  return blocks(table(["runs", "outcome", "why there is no verdict"], rows), left > 0 ? `${left} more rows are left out.` : null);
}
