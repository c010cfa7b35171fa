import type { Verdict } from "../observation/model.ts";
import type { Probe, ProbeResult } from "./model.ts";

const VERDICTS = ["reproduced", "healthy", "unresolved", "unsupported"] as const satisfies readonly Verdict[];

/** Runs of a release, once two of them differ, so that the counts say something. */
export const RUNS_OF_A_FLAKY_RELEASE = 5;
/**
 * Runs of each release behind an answer. One that shows its rarer verdict in the share `r` of its runs shows it in all of these
 * with a chance of r^20, which is below 10⁻⁶ for every `r`.
 */
export const ENOUGH_RUNS = 20;

/** One verdict for a release: the one that all repeats came to, else `unresolved`. Throws where there was no repeat. */
export function settle(uv: string, { verdicts }: ProbeResult): Probe {
  const [first] = verdicts;
  if (first === undefined) throw new Error(`the probe of uv ${uv} gave no verdict`);
  const flaky = verdicts.some((verdict) => verdict !== first);
  return { uv, verdict: flaky ? "unresolved" : first, verdicts, flaky };
}

/** How many repeats came to each verdict; verdicts that did not occur are left out. */
export function countVerdicts(verdicts: readonly Verdict[]): Partial<Record<Verdict, number>> {
  const counts = VERDICTS.map((verdict) => [verdict, verdicts.filter((one) => one === verdict).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** The verdict as a table shows it: `healthy`, `healthy (3 of 3)`, `unresolved (flaky: reproduced 2 of 3, healthy 1 of 3)`. */
export function verdictWords({ verdict, verdicts, flaky }: Probe): string {
  const shares = Object.entries(countVerdicts(verdicts)).map(([one, count]) => ({ one, share: `${count} of ${verdicts.length}` }));
  if (flaky) return `${verdict} (flaky: ${shares.map(({ one, share }) => `${one} ${share}`).join(", ")})`;
  return verdicts.length === 1 ? verdict : `${verdict} (${shares.map(({ share }) => share).join("")})`;
}

/**
 * Runs one release until there are `repeat` runs of it, or until two differ and there are `whenFlaky`, so that the counts say
 * something. Runs follow each other: what makes a release flaky should not be the harness's own load.
 */
export async function runRepeatedly(
  run: () => Promise<Verdict>,
  options: { readonly repeat: number; readonly whenFlaky: number; readonly earlier?: readonly Verdict[] },
): Promise<ProbeResult> {
  const verdicts: Verdict[] = [...(options.earlier ?? [])];
  const differ = (): boolean => verdicts.some((verdict) => verdict !== verdicts[0]);
  while (verdicts.length < (differ() ? options.whenFlaky : options.repeat)) verdicts.push(await run());
  return { verdicts };
}

/** What repeats can say, in words, with the model that it rests on. */
export interface RepeatStatement {
  readonly model: string;
  /** Runs of each release, at least. */
  readonly runs: number;
  /** The chance that all repeats of one release miss what happens at `rate`. */
  readonly missed: number;
  /** How often the rarer verdict came among the repeats of flaky releases; where none was flaky, what 5 % would miss. */
  readonly rate: number;
  readonly text: string;
}

const MODEL = "repeats are independent, and one release shows each verdict at a constant rate";
const CONFIDENCE = 0.95;

/**
 * How sure unanimous repeats are. Where some release was flaky, its rate is taken for the others too: the chance
 * that `repeats` runs all miss it is (1 − rate)^repeats. Otherwise: the highest rate that would still be missed
 * with a chance of 5 %. `null` where none was flaky and releases were asked once, since one run says nothing of the next.
 */
export function repeatStatement(probes: readonly Probe[]): RepeatStatement | null {
  const unanimous = probes.filter(({ verdict }) => verdict === "reproduced" || verdict === "healthy");
  const repeats = Math.min(...unanimous.map((probe) => probe.verdicts.length));
  const rate = rarerShare(probes.filter((probe) => probe.flaky));
  if (!Number.isFinite(repeats) || (repeats < 2 && rate === null)) return null;
  if (rate !== null) {
    const missed = (1 - rate) ** repeats;
    const text = `if ${MODEL}: what came in ${percent(rate)} of the runs of flaky releases is missed by ${repeats === 1 ? "a single run" : `${repeats} repeats`} with a chance of ${percent(missed)}`;
    return { model: MODEL, runs: repeats, missed, rate, text };
  }
  const missed = 1 - CONFIDENCE;
  const hidden = 1 - missed ** (1 / repeats);
  const text = `if ${MODEL}: ${repeats} equal repeats leave a 5 % chance that another verdict comes in ${percent(hidden)} of the runs or more`;
  return { model: MODEL, runs: repeats, missed, rate: hidden, text };
}

function rarerShare(flaky: readonly Probe[]): number | null {
  const resolved = flaky.flatMap((probe) => probe.verdicts).filter((verdict) => verdict === "reproduced" || verdict === "healthy");
  const reproduced = resolved.filter((verdict) => verdict === "reproduced").length;
  const rarer = Math.min(reproduced, resolved.length - reproduced);
  return rarer === 0 ? null : rarer / resolved.length;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value < 1 ? value.toPrecision(1) : Math.round(value)} %`;
}
