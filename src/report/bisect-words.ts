import type { BisectResult, Coverage, MapResult, Probe } from "../bisect/model.ts";
import { repeatStatement, verdictWords, type RepeatStatement } from "../bisect/repeats.ts";
import type { Quote } from "../condition/key.ts";
import { KNOWING } from "../judge/unknown-argument.ts";
import type { RunResult } from "./model.ts";

const VERDICT_WORDS = { healthy: "healthy", reproduced: "reproducing it" } as const;

/** The answer of a bisection in one or two sentences; releases go through `quote`. `runs` say what an older release lacks. */
export function answerWords({ outcome, direction, probes, coverage }: BisectResult, quote: Quote, runs: readonly RunResult[] = []): string {
  const came = direction === "fixed" ? "went" : "came";
  const [older, newer] = direction === "fixed" ? ["bad", "good"] : ["good", "bad"];
  switch (outcome.kind) {
    case "found":
      return `The bug ${came} with uv ${quote(outcome.firstChanged)}: last ${older} ${quote(outcome.lastBefore)}, first ${newer} ${quote(outcome.firstChanged)}.`;
    case "range": {
      const bounds = `last known ${older} ${quote(outcome.lastBefore)}, first known ${newer} ${quote(outcome.firstChanged)}`;
      return `The bug ${came} after uv ${quote(outcome.lastBefore)} and not later than ${quote(outcome.firstChanged)}: ${bounds}. ${betweenWords(outcome.skipped.length)}`;
    }
    case "first-supported": {
      const between = outcome.skipped.length === 0 ? "" : ` ${betweenWords(outcome.skipped.length)}`;
      const first = `uv ${quote(outcome.firstChanged)} is the first release that knows ${lackedBy(outcome.lastBefore, runs)}, and it is ${VERDICT_WORDS[outcome.verdict]}: ${quote(outcome.lastBefore)} is unsupported.${between}`;
      return `${first} No other change found: every release from there to ${quote(outcome.newest)} that was asked and came to a verdict agrees. ${coverageWords(coverage, quote)}`;
    }
    case "same-verdict":
      return `No change found: uv ${quote(outcome.oldest)} and ${quote(outcome.newest)} are both ${VERDICT_WORDS[outcome.verdict]}. ${coverageWords(coverage, quote)}`;
    case "unresolved-bound": {
      const bounds = outcome.bounds.map((probe) => `${quote(probe.uv)} is ${verdictWords(probe)}`);
      return `Nothing was searched, because a bound came to no verdict: ${bounds.join(", ")}.`;
    }
    case "flaky": {
      const figures = outcome.flaky.map((uv) => `${quote(uv)} is ${wordsOf(probes, uv)}`);
      return `No change can be told, because the scenario is flaky: ${figures.join("; ")}. --repeat runs every release more often.`;
    }
    case "no-verdict":
      break;
  }
  return `No release came to a verdict, so there is nothing to search between. ${coverageWords(coverage, quote)}`;
}

/** What a release did not know, as its own run says it. */
function lackedBy(uv: string, runs: readonly RunResult[]): string {
  const reason = runs.find((run) => run.uv === uv)?.reasons.find(({ kind }) => kind === "unknown-argument");
  return reason === undefined ? "every step" : reason.wanted.replace(KNOWING, "");
}

function betweenWords(count: number): string {
  return `${count === 1 ? "The release" : `The ${count} releases`} between came to no verdict.`;
}

function wordsOf(probes: readonly Probe[], uv: string): string {
  const probe = probes.find((each) => each.uv === uv);
  return probe === undefined ? "unresolved" : verdictWords(probe);
}

/** What was not asked, so that an answer may hide there. */
function coverageWords({ asked, unasked, beyondSupport, longest }: Coverage, quote: Quote): string {
  const beyond = beyondSupport === 0 ? "" : ` ${beyondSupport} more lie between or before releases that do not know a step.`;
  if (longest === null) return `None is left to ask: ${asked} were asked.${beyond}`;
  const { from, to, count } = longest;
  const stretch = count === 1 ? quote(from) : `${quote(from)} to ${quote(to)}`;
  return `${unasked} of ${asked + unasked} releases were not asked, at most ${count} in a row (${stretch}).${beyond}`;
}

/** A line for each given bound that turned out otherwise, or one where they are swapped. */
export function givenWords({ given: { good, bad } }: BisectResult, quote: Quote): string[] {
  if (good?.verdict === "reproduced" && bad?.verdict === "healthy") {
    return [`The bounds are swapped: ${quote(good.uv)} reproduces the bug, and ${quote(bad.uv)} is healthy.`];
  }
  const words: string[] = [];
  if (good !== null && good.verdict !== "healthy") words.push(`uv ${quote(good.uv)} was given as good, but is ${verdictWords(good)}.`);
  if (bad !== null && bad.verdict !== "reproduced") words.push(`uv ${quote(bad.uv)} was given as bad, but is ${verdictWords(bad)}.`);
  return words;
}

/** The two releases of a change, the older first. */
export interface Change {
  readonly lastBefore: string;
  readonly firstChanged: string;
}

/** The change that was found; `null` where there is none. */
export function changeOf({ outcome }: BisectResult): Change | null {
  return outcome.kind === "found" || outcome.kind === "range" || outcome.kind === "first-supported" ? outcome : null;
}

/** The changes of a map, oldest first, each between releases that were asked: every segment has one. */
export function changesOf({ segments }: MapResult): Change[] {
  return segments.slice(1).map(({ probed }, at) => ({ lastBefore: segments[at]!.probed.at(-1)!, firstChanged: probed[0]! }));
}

/** How sure the releases of the answer are, by their repeats and by what flaky ones showed; without an answer, all of them. */
export function answerStatement(result: BisectResult): RepeatStatement | null {
  const { outcome } = result;
  const change = outcome.kind === "same-verdict" ? { lastBefore: outcome.oldest, firstChanged: outcome.newest } : changeOf(result);
  const behind = ({ uv, flaky }: Probe): boolean => change === null || flaky || uv === change.lastBefore || uv === change.firstChanged;
  return repeatStatement(result.probes.filter(behind));
}

/** How sure a map's changes are, by the repeats beside them; where some release was flaky, how sure each release is. */
export function mapStatement(result: MapResult): RepeatStatement | null {
  const isFlaky = result.probes.some(({ flaky }) => flaky);
  const beside = new Set(changesOf(result).flatMap(({ lastBefore, firstChanged }) => [lastBefore, firstChanged]));
  return repeatStatement(isFlaky ? result.probes : result.probes.filter(({ uv }) => beside.has(uv)));
}

/** The command that asks the releases that were not asked, where no change was found; `null` where all were. */
export function goOnCommand({ outcome, coverage }: BisectResult, command: readonly string[]): string[] | null {
  if (coverage.unasked === 0 || (outcome.kind !== "same-verdict" && outcome.kind !== "first-supported")) return null;
  const at = command.indexOf("--budget");
  const kept = at < 0 ? command : command.filter((_, position) => position !== at && position !== at + 1);
  return [...kept, "--budget", String(coverage.asked + coverage.unasked)];
}

/** The page that shows what lies between two releases in uv's repository; `null` where one of them is not a plain version. */
export function compareUrl(before: string, after: string): string | null {
  return [before, after].every((version) => /^\d[\w.]*$/u.test(version))
    ? `https://github.com/astral-sh/uv/compare/${before}...${after}`
    : null;
}
