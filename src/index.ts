/**
 * uv-mre as a library: what the command line does, with typed results.
 *
 *     await using harness = await openHarness();
 *     const [scenario] = await loadScenarios(["scenarios/keyring-shadowing.toml"]);
 *     const result = await runScenario(harness, scenario, await harness.release("0.9.5"));
 *     result.verdict; // "reproduced"
 *
 * docs/library.md says which function is which command.
 */
export type { Harness, Prepared } from "./run/harness/harness.ts";
export { type HarnessOptions, openHarness } from "./run/harness/open-harness.ts";
export { type LoadedScenario, loadScenarios } from "./run/load-scenarios.ts";
export { type Breakage, BREAKAGES, checkLoopback, type RunOptions } from "./run/one-run/options.ts";
export { runScenario } from "./run/one-run/run-scenario.ts";
export { type Cell, type MatrixEvent, type MatrixOptions, runMatrix } from "./run/matrix/matrix.ts";
export { planCells } from "./run/matrix/plan.ts";
export {
  bisectScenario,
  type BisectScenarioOptions,
  mapScenario,
  type MapScenarioOptions,
  type ScenarioSearchOptions,
  type SearchRuns,
} from "./run/search/search.ts";
export { Interrupted } from "./run/search/release-runner.ts";
export { openShell, type ShellOptions } from "./run/one-run/shell.ts";
export { type Exported, exportScenario } from "./run/export/export.ts";
export { type Verification, verifyDockerFolder, verifyScript } from "./run/export/export-verify.ts";
export { writeFolder } from "./run/export/write-folder.ts";
export { attachScripts } from "./run/export/attach-scripts.ts";
export { type CacheContents, clearCache, pruneCache, showCache } from "./run/cache/cache.ts";
export { examine, type MachineCheck } from "./run/harness/doctor.ts";
export { withVerboseLogs } from "./run/one-run/verbose.ts";
export type { Release } from "./uv/binary.ts";

export { parseScenario, type ParseOptions, type ParseResult } from "./scenario/parse.ts";
export { formatProblems, type Problem } from "./scenario/problem.ts";
export { extractScenario } from "./scenario/markdown.ts";
export { UserError } from "./scenario/error.ts";
export { STARTER_SCENARIO } from "./scenario/starter.ts";
export type * from "./scenario/model.ts";

export type * from "./observation/model.ts";
export { judge } from "./judge/judge.ts";
export { claimedReleases, claimFor, compareClaim } from "./judge/claim.ts";

export { bisect, type BisectOptions } from "./bisect/bisect.ts";
export { map, type MapOptions } from "./bisect/map.ts";
export type { BisectResult, MapResult, Segment } from "./bisect/model.ts";
export { causeScenarios, exploreScenario, type ExploreScenarioOptions, readVariations, type Variations } from "./run/search/explore.ts";
export { type Cause, explore, type Exploration, type ExploreOptions } from "./explore/search.ts";
export type { Axis, Factor } from "./scenario/vary.ts";

export type { Attachment, RunResult } from "./report/model.ts";
export { type RunJson, toRunJson } from "./report/json.ts";
export { toMarkdown } from "./report/markdown.ts";
export { explainRun } from "./report/explain.ts";
export { exitStatus } from "./report/exit-status.ts";
export { journalDifference } from "./report/journal-difference.ts";
export { resultTable } from "./report/table.ts";
export { summaryWords } from "./report/summary.ts";
export { timelineText } from "./report/timeline-text.ts";
export { type BisectJson, toBisectJson } from "./report/bisect-json.ts";
export { type MapJson, toMapJson } from "./report/map-json.ts";
export { bisectMarkdown, type BisectReport, bisectText } from "./report/bisect.ts";
export { mapMarkdown, type MapReport, mapText } from "./report/map.ts";
export { type ExploreJson, type ExploreReport, exploreText, toExploreJson, type WrittenCause } from "./report/explore.ts";
export type { ExportedFile, ExportedFolder } from "./export/folder.ts";
export type { Paint, TextOptions } from "./report/paint.ts";
