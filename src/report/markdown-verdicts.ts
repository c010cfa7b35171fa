import type { Reason } from "../observation/model.ts";
import { expectation } from "./expectation-words.ts";
import type { Limits } from "./limits.ts";
import { blocks, code, details, prose, table } from "./markdown-text.ts";
import type { RunResult } from "./model.ts";
import { judgedWords } from "./verdict-words.ts";
import { byVerdict, groupReleases, rangeWords } from "./releases.ts";

/** One sentence: which releases came to which verdict. */
export function verdictSentence(runs: readonly RunResult[]): string {
  const parts = byVerdict(runs).map(({ words, runs }) => `**${words}** with uv ${releaseWords(runs)}`);
  const contradicted = runs.filter(({ claim }) => claim === "contradicted").length;
  const claims =
    contradicted === 0 ? "" : ` ${contradicted} of ${runs.length} runs contradict${contradicted === 1 ? "s" : ""} a claim of the scenario.`;
  return `${capital(parts.join("; "))}.${claims}`;
}

function releaseWords(runs: readonly RunResult[]): string {
  const versions = runs.map(({ uv }) => code(uv, 60));
  return versions.length <= 6 ? versions.join(", ") : `${versions[0]} … ${versions.at(-1)} (${versions.length} of the releases run)`;
}

/** Expected and happened, as lists: what a maintainer reads first. */
export function expectedAndHappened(runs: readonly RunResult[], heading: string): string {
  const [run] = runs;
  if (run === undefined) return "";
  const happened = byVerdict(runs)
    .filter(({ verdict }) => verdict !== "unsupported" || runs.every((other) => other.verdict === "unsupported"))
    .map(({ verdict, runs }) => happenedWords(verdict, runs));
  return blocks(
    `${heading} What was expected`,
    clauseList(run, "healthy") || "The scenario does not say what healthy means.",
    `${heading} What happened`,
    ...happened,
  );
}

function happenedWords(verdict: string, runs: readonly RunResult[]): string {
  const run = runs.at(-1)!;
  const releases = releaseWords(runs);
  if (verdict === "reproduced")
    return blocks(`With uv ${releases}, the bug as the scenario describes it:`, clauseList(run, "reproduced"), exits(run));
  if (verdict === "healthy") return `With uv ${releases}: all that was expected.`;
  if (verdict === "unsupported") return `With uv ${releases}: nothing to judge, these releases are not supported by the scenario.`;
  return `With uv ${releases}: neither the bug nor a healthy run could be established; the reasons are below.`;
}

function exits(run: RunResult): string {
  const ends = run.observation.steps.map(({ exit, signal }, index) => `step ${index + 1}: ${exit ?? code(signal ?? "killed", 20)}`);
  return ends.length === 0 ? "" : `Exit statuses of uv ${code(run.uv, 60)}: ${ends.join(", ")}.`;
}

function clauseList(run: RunResult, side: "reproduced" | "healthy"): string {
  return expectation(run.definition, side, (value) => code(value, 200))
    .flatMap(({ step, command, clauses }) => {
      const head = `- Step ${step + 1}, ${code(command, 160)}:`;
      return clauses.length === 1 ? [`${head} ${clauses[0]}`] : [head, ...clauses.map((clause) => `  - ${clause}`)];
    })
    .join("\n");
}

/** Releases × verdict; releases that follow each other with the same outcome share a row. Empty for a single run. */
export function releaseTable(runs: readonly RunResult[], limits: Limits): string {
  if (runs.length < 2) return "";
  const groups =
    runs.length > 12 ? groupReleases(runs) : groupReleases(runs).flatMap((group) => group.runs.map((run) => ({ ...group, runs: [run] })));
  const rows = groups
    .slice(0, limits.table)
    .map(({ verdict, evidence, claim, runs }) => [
      code(rangeWords(runs), 80),
      judgedWords({ verdict, evidence }),
      claimWords(claim, runs[0]),
      seconds(runs),
    ]);
  const rest = groups.length > limits.table ? `${groups.length - limits.table} more rows are left out.` : "";
  return blocks(table(["uv", "verdict", "claim", "time"], rows), rest);
}

function claimWords(claim: RunResult["claim"], run: RunResult | undefined): string {
  if (claim !== "contradicted") return claim === "none" ? "" : claim;
  return `**contradicted**${run?.claimed === null || run === undefined ? "" : ` (claimed: ${prose(run.claimed, 60)})`}`;
}

function seconds(runs: readonly RunResult[]): string {
  const total = runs.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return `${(total / 1000).toFixed(1)} s${runs.every(({ cached }) => cached) ? " (cached)" : ""}`;
}

/** Why runs came to no verdict, once for all releases that share the reasons. */
export function reasonTable(runs: readonly RunResult[], limits: Limits): string {
  const shared = new Map<string, RunResult[]>();
  for (const run of runs)
    if (run.reasons.length > 0) shared.set(JSON.stringify(run.reasons), [...(shared.get(JSON.stringify(run.reasons)) ?? []), run]);
  const rows = [...shared.values()].flatMap((same) => same[0]!.reasons.map((reason) => reasonRow(reason, same)));
  if (rows.length === 0) return "";
  const rest = rows.length > limits.table ? `${rows.length - limits.table} more rows are left out.` : "";
  return blocks(table(["uv", "kind", "condition", "wanted", "seen"], rows.slice(0, limits.table)), rest);
}

function reasonRow({ kind, condition, wanted, seen }: Reason, runs: readonly RunResult[]): string[] {
  return [code(rangeWords(runs), 80), kind, condition === null ? "" : code(condition, 120), prose(wanted), prose(seen)];
}

/** More findings are folded. */
const MOST_OPEN_FINDINGS = 4;

/** Secrets that uv itself wrote in the clear: a finding, whatever the verdict. */
export function leakFindings(runs: readonly RunResult[], limits: Limits): string {
  const rows = runs.flatMap((run) =>
    run.observation.leaks.map(({ step, where, secret, form }) => [
      code(run.uv, 60),
      `${step + 1}`,
      code(where, 120),
      code(secret, 120),
      form,
    ]),
  );
  if (rows.length === 0) return "";
  const rest = rows.length > limits.table ? `${rows.length - limits.table} more rows are left out.` : "";
  const found = blocks(table(["uv", "step", "where", "secret", "form"], rows.slice(0, limits.table)), rest);
  return blocks(
    "**Finding: uv wrote a secret in the clear.** Each run makes its secrets anew; this report shows their names instead.",
    rows.length > MOST_OPEN_FINDINGS ? details(`All ${rows.length} findings`, found) : found,
  );
}

function capital(text: string): string {
  return text.replace(/^(\**)(\w)/u, (_, stars: string, letter: string) => stars + letter.toUpperCase());
}
