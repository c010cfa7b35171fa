import type { RunResult } from "./model.ts";
import { xmlText } from "./xml-text.ts";

/**
 * The runs as JUnit XML: a suite a scenario, a case a release. A contradicted claim is a failure, an unresolved run
 * without a held claim an error, an unsupported release is skipped and says so.
 */
export function toJUnit(results: readonly RunResult[]): string {
  const suites = [...Map.groupBy(results, ({ scenario }) => scenario)].map(([scenario, runs]) => suite(scenario, runs));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="uv-mre" ${totals(results)}>\n${suites.join("")}</testsuites>\n`;
}

function suite(scenario: string, runs: readonly RunResult[]): string {
  return `  <testsuite name="${xmlText(scenario)}" ${totals(runs)}>\n${runs.map((run) => testCase(scenario, run)).join("")}  </testsuite>\n`;
}

function totals(runs: readonly RunResult[]): string {
  const count = (kind: Outcome["kind"]): number => runs.filter((run) => outcomeOf(run).kind === kind).length;
  const seconds = runs.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  return `tests="${runs.length}" failures="${count("failure")}" errors="${count("error")}" skipped="${count("skipped")}" time="${seconds.toFixed(3)}"`;
}

function testCase(scenario: string, run: RunResult): string {
  const { uv, verdict, durationMs, reasons } = run;
  const { kind, message } = outcomeOf(run);
  const open = `    <testcase classname="${xmlText(scenario)}" name="${xmlText(`uv ${uv}`)}" time="${(durationMs / 1000).toFixed(3)}"`;
  if (kind === "passed") return `${open}/>\n`;
  const details = reasons.map(({ condition, wanted, seen }) => `${condition ?? "run"}: wanted ${wanted}; seen: ${seen}`).join("\n");
  const body = kind === "skipped" ? "/>" : ` type="${verdict}">${xmlText(details)}</${kind}>`;
  return `${open}>\n      <${kind} message="${xmlText(message)}"${body}\n    </testcase>\n`;
}

interface Outcome {
  readonly kind: "passed" | "failure" | "error" | "skipped";
  readonly message: string;
}

function outcomeOf({ verdict, claim, claimed }: RunResult): Outcome {
  if (claim === "contradicted") return { kind: "failure", message: `claimed ${claimed ?? "another verdict"}, came to ${verdict}` };
  if (claim === "held") return { kind: "passed", message: "" };
  if (verdict === "unresolved") return { kind: "error", message: "no verdict" };
  if (verdict === "unsupported") return { kind: "skipped", message: "this release is not supported by the scenario" };
  return { kind: "passed", message: "" };
}
