/**
 * uv-mre as a library: what the command line does, with typed results.
 *
 *     await using harness = await openHarness();
 *     const [scenario] = await loadScenarios(["scenarios/keyring-shadowing.toml"]);
 *     const result = await runScenario(harness, scenario, await harness.release("0.9.5"));
 *     result.verdict; // "reproduced"
 */
export type { Harness, Prepared } from "./run/harness.ts";
export { type HarnessOptions, openHarness } from "./run/open-harness.ts";
export { type LoadedScenario, loadScenarios } from "./run/load.ts";
export { type Breakage, BREAKAGES, type RunOptions } from "./run/options.ts";
export { runScenario } from "./run/run-scenario.ts";
export { type Cell, type MatrixEvent, type MatrixOptions, runMatrix } from "./run/matrix.ts";
export { planCells } from "./run/plan.ts";
export { openProber, type ProbeOptions, type Prober } from "./run/probe.ts";
export { openShell, type ShellOptions } from "./run/shell.ts";
export { type Exported, exportScenario } from "./run/export.ts";
export { type Verification, verifyScript } from "./run/export-verify.ts";
export { examine, type Finding } from "./run/doctor.ts";
export { withVerboseLogs } from "./run/verbose.ts";
export type { Release } from "./uv/binary.ts";

export { parseScenario, type ParseOptions, type ParseResult } from "./scenario/parse.ts";
export { formatProblems, type Problem } from "./scenario/problem.ts";
export { extractScenario } from "./scenario/markdown.ts";
export { UserError } from "./scenario/error.ts";
export { STARTER_SCENARIO } from "./scenario/starter.ts";
export type * from "./scenario/model.ts";

export type * from "./observation/model.ts";
export { judge } from "./judge/judge.ts";
export { claimFor, compareClaim } from "./judge/claim.ts";

export { bisect, type BisectOptions } from "./bisect/bisect.ts";
export { map, type MapOptions } from "./bisect/map.ts";
export { type BisectJson, type MapJson, toBisectJson, toMapJson } from "./bisect/json.ts";
export type { BisectResult, MapResult, Segment } from "./bisect/model.ts";
export { exploreScenario, type ExploreScenarioOptions, readVariations, type Variations } from "./run/explore.ts";
export { type Cause, explore, type Exploration, type ExploreOptions } from "./explore/search.ts";
export type { Axis, Factor } from "./scenario/vary.ts";

export type { RunResult } from "./report/model.ts";
export { type RunJson, toRunJson } from "./report/json.ts";
export { toMarkdown } from "./report/markdown.ts";
export { explainRun } from "./report/explain.ts";
export { exitStatus } from "./report/exit-status.ts";
export { journalDifference } from "./report/journal-difference.ts";
export { bisectMarkdown } from "./report/bisect.ts";
export { mapMarkdown } from "./report/map.ts";
