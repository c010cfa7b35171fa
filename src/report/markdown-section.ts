import { toolComparisonWords } from "./tool-comparison.ts";
import { repeatCommand, savedName } from "./command-line.ts";
import { cut } from "./truncate.ts";
import type { Limits } from "./limits.ts";
import {
  blocks,
  code,
  details,
  fence,
  fenceVerbatim,
  fittedToScreen,
  foldedBeyond,
  lineCount,
  markdownList,
  prose,
  table,
} from "./markdown-text.ts";
import { timelineTables } from "./markdown-timeline.ts";
import { transcript } from "./markdown-transcript.ts";
import { expectedAndHappened, leakFindings, reasonTable, releaseTable, verdictSentence } from "./markdown-verdicts.ts";
import { sequenceDiagram } from "./mermaid.ts";
import type { Attachment, RunResult } from "./model.ts";
import { representatives, sortByRelease } from "./releases.ts";
import { whyWords } from "./why.ts";

interface SectionOptions {
  /** Of this scenario. */
  readonly attachments: readonly Attachment[];
  /** Of the command that repeats the runs, besides `--uv`. */
  readonly flags: readonly string[];
  readonly program?: readonly string[] | undefined;
}

/** Exchanges in the drawn sequence, and rows of the table of releases, before it is folded. */
const [MOST_EXCHANGES, MOST_ROWS] = [7, 8];

/**
 * All about one scenario. What stays open fits on a screen: the verdict, why, the deciding step as a drawing, how to
 * repeat it and the scenario. The rest is folded. At least one run.
 */
export function scenarioSection(
  runs: readonly RunResult[],
  level: number,
  limits: Limits,
  { attachments, flags, program }: SectionOptions,
): string {
  // Files and environment are those of a run in which something was run, if there is one.
  const subject = representatives(runs)[0] ?? sortByRelease(runs).at(-1)!;
  const heading = "#".repeat(level + 1);
  const reasons = reasonTable(runs, limits);
  const releases = runs.length < 2 ? "" : releaseTable(runs, limits);
  const open = blocks(
    `${"#".repeat(level)} ${prose(subject.title, 200) || "Scenario without a title"}`,
    verdictSentence(runs),
    about(subject),
    leakFindings(runs, limits),
    foldedBeyond(MOST_ROWS + 2, "Releases", releases),
    why(runs),
    reasons === "" ? null : blocks("Why there is no verdict:", foldedBeyond(MOST_ROWS, "All reasons", reasons)),
    drawing(runs, limits),
    repeat(runs, subject, { flags, program }, heading),
  );
  return fittedToScreen(
    open,
    { summary: `The scenario (${lineCount(subject.scenarioText)} lines)`, content: scenarioFence(subject, limits) },
    blocks(
      details("What was expected and what happened", expectedAndHappened(runs, heading)),
      toolComparison(runs),
      evidence(runs, limits, heading),
      details("Environment", environment(runs, subject, limits)),
      projectFiles(subject, limits),
      verboseLogs(runs, limits),
      ...attachments.map((attachment) => attached(attachment, limits.attachment)),
    ),
  );
}

/** Why, in a sentence that the journal proves, for the newest run of each verdict that has one. */
function why(runs: readonly RunResult[]): string {
  const sentences = representatives(runs).flatMap((run) => {
    const words = whyWords(run, (value) => code(value, 120));
    return words === null ? [] : [{ uv: run.uv, words }];
  });
  if (sentences.length < 2) return sentences.map(({ words }) => `Why: ${words}`).join("");
  return blocks("Why:", sentences.map(({ uv, words }) => `- uv ${code(uv, 60)}: ${words}`).join("\n"));
}

/** What pip and others sent that uv did not, in the run that stands for all. */
function toolComparison(runs: readonly RunResult[]): string {
  const subject = representatives(runs)[0];
  const lines = subject === undefined ? [] : toolComparisonWords(subject, (value) => code(value, 200));
  return subject === undefined || lines.length === 0
    ? ""
    : details(`Beside uv ${subject.uv}: what only one of them sent`, markdownList(lines));
}

function drawing(runs: readonly RunResult[], limits: Limits): string {
  const subject = representatives(runs)[0];
  const diagram = subject === undefined || limits.rows < 4 ? "" : sequenceDiagram(subject, MOST_EXCHANGES);
  return diagram === "" ? "" : fence(diagram, "mermaid");
}

/** What is attached begins with what is to be read, and is of use to a machine only whole: so the end is what is cut. */
function attached({ summary, cutSummary = summary, language, text }: Attachment, limit: number): string {
  if (text.length <= limit) return details(summary, fence(text, language));
  const lines = text.slice(0, limit).split("\n").slice(0, -1);
  return lines.length === 0 ? details(cutSummary, LEFT_OUT) : details(cutSummary, blocks(fence(lines.join("\n"), language), LEFT_OUT));
}

const LEFT_OUT = "The rest is left out to keep the report short.";

function about({ definition }: RunResult): string {
  const issue = definition.issue === null ? "" : `Issue: ${issueLinks(definition.issue)}`;
  return blocks(definition.description === null ? "" : prose(definition.description, 1_500), issue);
}

/** One report or several, with commas between them; what is no name of a report stands as it is. */
function issueLinks(issues: string): string {
  const links = issues.split(/,\s*/u).map((issue) => {
    const [, repository, number] = /^([\w.-]+\/[\w.-]+)#(\d+)$/u.exec(issue) ?? [];
    return number === undefined ? code(issue) : `[${code(issue)}](https://github.com/${repository}/issues/${number})`;
  });
  return links.join(", ");
}

/** What was typed and printed, asked and answered in one run. `heading` is the one it stands under. */
export function runEvidence(run: RunResult, limits: Limits, heading: string): string {
  return blocks(
    transcript(run, limits),
    `${heading}# Requests and keyring calls`,
    "Bold: a final answer, the last to its method and URL in the step, redirects aside.",
    timelineTables(run, limits),
  );
}

function evidence(runs: readonly RunResult[], limits: Limits, heading: string): string {
  const chosen = representatives(runs);
  const shown = chosen.slice(0, limits.evidence);
  const others = runs.filter(({ observation }) => observation.steps.length > 0).length - shown.length;
  return blocks(
    ...shown.map((run) => details(`Evidence: uv ${run.uv}, ${run.verdict}`, runEvidence(run, limits, heading))),
    others > 0
      ? `The evidence of ${others} more ${others === 1 ? "run" : "runs"} is left out; the command that repeats it shows it with \`--verbose\`.`
      : null,
  );
}

function repeat(runs: readonly RunResult[], run: RunResult, asked: Parameters<typeof repeatCommand>[2], heading: string): string {
  const file = savedName(run.scenario);
  const unpacked = Object.keys(run.definition.files).filter((path) => !run.scenarioText.includes(path));
  const folder =
    unpacked.length === 0
      ? ""
      : ` It was a folder: the files ${unpacked
          .map((path) => code(path, 80))
          .slice(0, 20)
          .join(", ")} go into \`project/\` beside it.`;
  return blocks(
    `${heading} Repeat it`,
    `Save the scenario below as \`${file}\` (or this whole text as \`issue.md\`) and run it with uv-mre:${folder}`,
    fence(repeatCommand(runs, file, asked), "sh"),
  );
}

/** The scenario as it was written, or why it is not there. */
export function scenarioFence({ scenario, scenarioText }: RunResult, limits: Limits): string {
  if (scenarioText.length <= limits.scenario) return fenceVerbatim(scenarioText.replaceAll("\r\n", "\n"), "toml");
  return `The scenario (${scenarioText.length} characters) is left out to keep the report short: ${code(scenario, 120)}.`;
}

function environment(runs: readonly RunResult[], run: RunResult, limits: Limits): string {
  const { platform, python, node, toolVersion, sandbox, withoutSandbox, added } = run.environment;
  const versions = sortByRelease(runs).map(({ uv, uvBinary }) => code(uv, 60) + (uvBinary === null ? "" : ` (${code(uvBinary, 120)})`));
  const uv = versions.length <= 12 ? versions.join(", ") : `${versions.length} releases, ${versions[0]} … ${versions.at(-1)}`;
  const rows = [
    ["Platform", code(platform)],
    ["uv", uv],
    ["Python", code(python, 60)],
    ["Node", code(node, 60)],
    ["uv-mre", code(toolVersion, 60)],
    ["Sandbox", code(sandbox, 60) + (withoutSandbox === undefined ? "" : ` (${prose(withoutSandbox, 300)})`)],
    ...servedBy(run),
  ];
  const shown = added.slice(0, limits.files).map(({ name, value, why }) => [code(name, 80), code(value, 200), prose(why, 200)]);
  const rest = added.length > shown.length ? `${added.length - shown.length} more variables are left out.` : "";
  return blocks(
    table(["", ""], rows),
    `What uv-mre itself set in the environment of every step (${added.length} variables):`,
    table(["variable", "value", "why"], shown),
    rest,
  );
}

/** What answered for each index of the scenario. */
function servedBy({ definition }: RunResult): string[][] {
  return definition.indexes.map(({ name, backend, flavour, git }) => [
    `Index ${code(name, 60)}`,
    git === true
      ? "git's own http-backend"
      : backend === "embedded"
        ? `embedded backend, answers as ${code(flavour, 60)}`
        : `${code(backend, 60)}, a real server`,
  ]);
}

function projectFiles(run: RunResult, limits: Limits): string {
  const files = Object.entries(run.filledFiles ?? run.definition.files);
  const shown = files.slice(0, limits.files);
  if (files.length === 0) return "";
  const texts = shown.flatMap(([path, text]) => [`${code(path, 200)}:`, fence(cut(text, limits.file), languageOf(path))]);
  const left = files.length - shown.length;
  const rest = left === 0 ? null : `${left} more ${left === 1 ? "file is" : "files are"} left out to keep the report short.`;
  return details(`Files of the project (${files.length})`, blocks(...texts, rest));
}

function verboseLogs(runs: readonly RunResult[], limits: Limits): string {
  const logs = representatives(runs).filter(({ verboseLog }) => verboseLog !== null);
  return blocks(
    ...logs.map(({ uv, verboseLog }) => {
      const text = cut(verboseLog ?? "", Math.floor(limits.log / logs.length));
      return details(`Verbose log of uv ${uv}, from a run of its own with -v`, fence(text, "console"));
    }),
  );
}

function languageOf(path: string): string {
  const known: Readonly<Record<string, string>> = {
    toml: "toml",
    lock: "toml",
    py: "python",
    cfg: "ini",
    ini: "ini",
    json: "json",
    yaml: "yaml",
    yml: "yaml",
  };
  return known[/\.(\w+)$/u.exec(path)?.[1] ?? ""] ?? "";
}
