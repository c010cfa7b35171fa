import type { BisectResult } from "../bisect/model.ts";
import { verdictWords } from "../bisect/repeats.ts";
import type { Quote } from "../condition/key.ts";

/** The answer of a bisection in one or two sentences; releases go through `quote`. */
export function answerWords({ outcome, direction }: BisectResult, quote: Quote): string {
  const came = direction === "fixed" ? "went" : "came";
  const [older, newer] = direction === "fixed" ? ["bad", "good"] : ["good", "bad"];
  switch (outcome.kind) {
    case "found":
      return `The bug ${came} with uv ${quote(outcome.firstChanged)}: last ${older} ${quote(outcome.lastBefore)}, first ${newer} ${quote(outcome.firstChanged)}.`;
    case "range": {
      const count = outcome.skipped.length;
      const between = `${count === 1 ? "The release" : `The ${count} releases`} between came to no verdict.`;
      const bounds = `last known ${older} ${quote(outcome.lastBefore)}, first known ${newer} ${quote(outcome.firstChanged)}`;
      return `The bug ${came} after uv ${quote(outcome.lastBefore)} and not later than ${quote(outcome.firstChanged)}: ${bounds}. ${between}`;
    }
    case "same-verdict":
      return `No change found: uv ${quote(outcome.oldest)} and ${quote(outcome.newest)} are both ${outcome.verdict === "healthy" ? "healthy" : "reproducing it"}.`;
    case "unresolved-bound": {
      const bounds = outcome.bounds.map((probe) => `${quote(probe.uv)} is ${verdictWords(probe)}`);
      return `Nothing was searched, because a bound came to no verdict: ${bounds.join(", ")}.`;
    }
    case "no-verdict":
      break;
  }
  return "No release came to a verdict, so there is nothing to search between.";
}

/** The page that shows what lies between two releases in uv's repository; `null` where one of them is not a plain version. */
export function compareUrl(before: string, after: string): string | null {
  return [before, after].every((version) => /^\d[\w.]*$/u.test(version))
    ? `https://github.com/astral-sh/uv/compare/${before}...${after}`
    : null;
}
