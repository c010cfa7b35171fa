import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { WHOLE } from "../../test/product/extent.ts";
import type { Verdict } from "../observation/model.ts";
import { bisect } from "./bisect.ts";
import { map } from "./map.ts";
import { minorOf } from "./minor.ts";
import type { BisectOutcome, MapResult, Probe, ProbeRelease, ProbeResult } from "./model.ts";

/** A hundred thousand histories in all, where all tests are run. */
vi.setConfig({ testTimeout: WHOLE ? 900_000 : 120_000 });

/** Releases of several minors of random lengths. */
const releases = fc
  .array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 8 })
  .map((lengths) => lengths.flatMap((length, minor) => Array.from({ length }, (_, patch) => `0.${minor}.${patch}`)))
  .filter((versions) => versions.length >= 2);

const resolved = fc.constantFrom<Verdict>("reproduced", "healthy");
const any = fc.constantFrom<Verdict>("reproduced", "healthy", "unresolved", "unsupported");
const parallel = fc.integer({ min: 1, max: 4 });

interface History {
  readonly versions: readonly string[];
  /** One result per release. */
  readonly results: readonly ProbeResult[];
}

const other = (verdict: Verdict): Verdict => (verdict === "healthy" ? "reproduced" : "healthy");
const once = (verdict: Verdict): ProbeResult => ({ verdicts: [verdict] });

const monotonic: fc.Arbitrary<History> = fc.tuple(releases, fc.nat(), resolved).map(([versions, seed, first]) => {
  const change = 1 + (seed % (versions.length - 1));
  return { versions, results: versions.map((_, at) => once(at < change ? first : other(first))) };
});

const severalChanges: fc.Arbitrary<History> = releases.chain((versions) =>
  fc
    .array(resolved, { minLength: versions.length, maxLength: versions.length })
    .map((verdicts) => ({ versions, results: verdicts.map(once) })),
);

const result: fc.Arbitrary<ProbeResult> = fc.oneof(
  { weight: 6, arbitrary: resolved.map(once) },
  { weight: 2, arbitrary: any.map(once) },
  { weight: 1, arbitrary: fc.array(any, { minLength: 2, maxLength: 4 }).map((verdicts) => ({ verdicts })) },
);
const anything: fc.Arbitrary<History> = releases.chain((versions) =>
  fc.array(result, { minLength: versions.length, maxLength: versions.length }).map((results) => ({ versions, results })),
);

/** A single change, with a stretch of releases that can't be judged somewhere. */
const skippedStretch: fc.Arbitrary<History> = fc
  .tuple(monotonic, fc.nat(), fc.nat({ max: 30 }))
  .map(([{ versions, results }, seed, length]) => {
    const from = 1 + (seed % versions.length);
    const to = Math.min(from + length, versions.length - 1);
    return { versions, results: results.map((one, at) => (at >= from && at < to ? once("unresolved") : one)) };
  });

const withoutVerdicts: fc.Arbitrary<History> = fc
  .tuple(releases, fc.constantFrom<Verdict>("unresolved", "unsupported"))
  .map(([versions, verdict]) => ({ versions, results: versions.map(() => once(verdict)) }));

/** One verdict wherever the steps are known, which old releases do not. */
const supportedFromSome: fc.Arbitrary<History> = fc.tuple(releases, fc.nat(), resolved).map(([versions, seed, verdict]) => {
  const first = seed % versions.length;
  return { versions, results: versions.map((_, at) => once(at < first ? "unsupported" : verdict)) };
});

/** What a release means, told without the code under test. */
function meaning({ verdicts }: ProbeResult): Verdict {
  const [first = "unresolved"] = verdicts;
  return verdicts.every((verdict) => verdict === first) ? first : "unresolved";
}

/**
 * A probe that answers from the history, and fails the test where a release is asked twice, run anew twice or before it was
 * asked, or where too many are asked at once.
 */
function probeOf({ versions, results }: History, limit: number): { probe: ProbeRelease; asked: string[]; again: string[] } {
  const asked: string[] = [];
  const again: string[] = [];
  let running = 0;
  const probe: ProbeRelease = async (uv, fresh) => {
    // Thrown, not expected: an expectation each would be most of a search's time.
    if (fresh > 0 ? again.includes(uv) : asked.includes(uv)) throw new Error(`uv ${uv} is asked too often`);
    if (fresh > 0 && !asked.includes(uv)) throw new Error(`uv ${uv} is run anew before it was asked`);
    (fresh > 0 ? again : asked).push(uv);
    running++;
    if (running > limit) throw new Error(`${running} are asked at once`);
    await Promise.resolve();
    running--;
    const { verdicts } = results[versions.indexOf(uv)] ?? once("unresolved");
    return { verdicts: [...verdicts, ...Array.from({ length: fresh }, () => verdicts[0] ?? "unresolved")] };
  };
  return { probe, asked, again };
}

test("a single change is found with the ends as bounds, in ⌈log₂ n⌉ + 2 rounds at most", async () => {
  await fc.assert(
    fc.asyncProperty(monotonic, parallel, async (history, parallel) => {
      const { versions, results } = history;
      const { probe } = probeOf(history, parallel);
      const { outcome, rounds, contradictions } = await bisect({
        versions,
        probe,
        parallel,
        good: versions[0] ?? "",
        bad: versions.at(-1) ?? "",
      });
      const change = results.findIndex((one) => meaning(one) !== meaning(results[0] ?? one));
      expect(outcome).toEqual({ kind: "found", lastBefore: versions[change - 1], firstChanged: versions[change] });
      expect(rounds).toBeLessThanOrEqual(Math.ceil(Math.log2(versions.length)) + 2);
      expect(contradictions).toEqual([]);
    }),
  );
});

test("a single change is found without bounds too", async () => {
  await fc.assert(
    fc.asyncProperty(monotonic, parallel, async (history, parallel) => {
      const { versions, results } = history;
      const { outcome, direction } = await bisect({ versions, probe: probeOf(history, parallel).probe, parallel });
      const change = results.findIndex((one) => meaning(one) !== meaning(results[0] ?? one));
      expect(outcome).toEqual({ kind: "found", lastBefore: versions[change - 1], firstChanged: versions[change] });
      expect(direction).toBe(results.map(meaning).at(-1) === "reproduced" ? "introduced" : "fixed");
    }),
  );
});

test("around a skipped stretch: neighbours, or all that lies between was skipped", async () => {
  await fc.assert(
    fc.asyncProperty(skippedStretch, parallel, async (history, parallel) => {
      const { versions, results } = history;
      const verdicts = results.map(meaning);
      const { outcome } = await bisect({
        versions,
        probe: probeOf(history, parallel).probe,
        parallel,
        good: versions[0] ?? "",
        bad: versions.at(-1) ?? "",
      });
      const [oldest, newest] = [verdicts[0], verdicts.at(-1)];
      const low = verdicts.lastIndexOf(oldest ?? "healthy");
      const high = verdicts.indexOf(newest ?? "healthy");
      const skipped = versions.slice(low + 1, high);
      const change = { lastBefore: versions[low], firstChanged: versions[high] };
      expect(outcome).toEqual(skipped.length === 0 ? { kind: "found", ...change } : { kind: "range", ...change, skipped });
    }),
  );
});

interface Searched {
  readonly versions: readonly string[];
  readonly asked: readonly string[];
  readonly given: readonly string[];
  readonly verdictOf: (uv: string) => Verdict;
}

/** What is untrue in an outcome; `null` if all of it is true. */
function complaint(outcome: BisectOutcome, { versions, asked, given, verdictOf }: Searched): string | null {
  const isResolved = (uv: string): boolean => verdictOf(uv) === "healthy" || verdictOf(uv) === "reproduced";
  switch (outcome.kind) {
    case "found":
    case "range": {
      const { lastBefore, firstChanged } = outcome;
      const between = versions.slice(versions.indexOf(lastBefore) + 1, versions.indexOf(firstChanged));
      if (!isResolved(lastBefore) || !isResolved(firstChanged) || verdictOf(lastBefore) === verdictOf(firstChanged))
        return "the two do not differ";
      if (!versions.slice(versions.indexOf(lastBefore)).includes(firstChanged)) return "they stand in the wrong order";
      if ((outcome.kind === "range" ? outcome.skipped : []).join() !== between.join()) return "something else lies between them";
      return between.every((uv) => asked.includes(uv) && !isResolved(uv)) ? null : "one between them was not asked, or came to a verdict";
    }
    case "same-verdict":
      if (verdictOf(outcome.oldest) !== outcome.verdict || verdictOf(outcome.newest) !== outcome.verdict)
        return "the two have another verdict";
      return asked.every((uv) => !isResolved(uv) || verdictOf(uv) === outcome.verdict) ? null : "one that was asked differs";
    case "first-supported": {
      const between = versions.slice(versions.indexOf(outcome.lastBefore) + 1, versions.indexOf(outcome.firstChanged));
      if (verdictOf(outcome.lastBefore) !== "unsupported" || verdictOf(outcome.firstChanged) !== outcome.verdict)
        return "no support begins here";
      if (outcome.skipped.join() !== between.join()) return "something else lies between them";
      return asked.every((uv) => !isResolved(uv) || verdictOf(uv) === outcome.verdict) ? null : "one that was asked differs";
    }
    case "flaky":
      return outcome.flaky.length > 0 && outcome.flaky.every((uv) => asked.includes(uv) && !isResolved(uv)) ? null : "one is not flaky";
    case "unresolved-bound":
      return given.some((uv) => !isResolved(uv)) ? null : "the bounds came to verdicts";
    default:
      return asked.length > 0 && !asked.some(isResolved) ? null : "there was a verdict";
  }
}

/** The two releases of an answer. */
function named(outcome: BisectOutcome): string[] {
  return outcome.kind === "found" || outcome.kind === "range" ? [outcome.lastBefore, outcome.firstChanged] : [];
}

/** A bound that is given, as often as not. */
const bound = fc.option(fc.nat(), { freq: 2 });

test("whatever the history: a pair that truly differs, or honestly none", async () => {
  const met = new Set<string>();
  const history = fc.oneof(monotonic, severalChanges, skippedStretch, anything, withoutVerdicts, supportedFromSome);
  await fc.assert(
    fc.asyncProperty(history, parallel, bound, bound, async (history, parallel, goodSeed, badSeed) => {
      const { versions, results } = history;
      const pick = (seed: number | null): string | null => (seed === null ? null : (versions[seed % versions.length] ?? null));
      const [good, bad] = [pick(goodSeed), pick(badSeed)];
      fc.pre(good === null || good !== bad);
      const { probe, asked, again } = probeOf(history, parallel);
      const found = await bisect({ versions, probe, parallel, good, bad, budget: 5 + ((goodSeed ?? 0) % 60) });
      const { outcome, probes, skipped, contradictions, advice, coverage } = found;
      met.add(outcome.kind);
      const verdictOf = (uv: string): Verdict => meaning(results[versions.indexOf(uv)] ?? once("unresolved"));

      expect(probes.map(({ uv }) => uv).sort()).toEqual(asked.toSorted());
      for (const { uv, verdict } of probes) expect(verdict).toBe(verdictOf(uv));
      expect(named(outcome).filter((uv) => !again.includes(uv))).toEqual([]);
      expect(coverage.asked + coverage.unasked + coverage.beyondSupport).toBe(versions.length);
      expect(skipped).toEqual(versions.filter((uv) => asked.includes(uv) && !["healthy", "reproduced"].includes(verdictOf(uv))));
      expect(advice === null).toBe(contradictions.length === 0);
      for (const { before, after } of contradictions)
        expect(new Set([before.verdict, after.verdict])).toEqual(new Set(["healthy", "reproduced"]));

      expect(complaint(outcome, { versions, asked, given: [good, bad].filter((uv) => uv !== null), verdictOf })).toBeNull();
    }),
    { numRuns: WHOLE ? 40_000 : 600 },
  );
  expect([...met].sort()).toEqual(["first-supported", "flaky", "found", "no-verdict", "range", "same-verdict", "unresolved-bound"]);
});

/** Stretches of random verdicts, each as long as `shortest` says at least; neighbours differ. */
function stretches(versions: readonly string[], lengths: readonly number[], verdicts: readonly Verdict[], shortest: number): Verdict[] {
  const filled: Verdict[] = [];
  for (let at = 0; filled.length < versions.length; at++) {
    const rest = versions.length - filled.length;
    const wanted = shortest + ((lengths[at % lengths.length] ?? 0) % 10);
    const length = rest - wanted < shortest ? rest : wanted;
    const verdict = verdicts[at % verdicts.length] ?? "healthy";
    const different = verdict === filled.at(-1) ? (verdict === "unsupported" ? "healthy" : "unsupported") : verdict;
    filled.push(...Array.from({ length }, () => different));
  }
  return filled;
}

/** The widest step between two releases that a map asks first. */
function widestStep(versions: readonly string[]): number {
  const lengths = Map.groupBy(versions, minorOf).values();
  return Math.max(1, ...[...lengths].map((ofMinor) => ofMinor.length - 1));
}

function segmentsOf(versions: readonly string[], verdicts: readonly Verdict[]): { from: string; to: string; verdict: Verdict }[] {
  const starts = verdicts.flatMap((verdict, at) => (at === 0 || verdicts[at - 1] !== verdict ? [at] : []));
  return starts.map((start, position) => ({
    from: versions[start] ?? "",
    to: versions[(starts[position + 1] ?? versions.length) - 1] ?? "",
    verdict: verdicts[start] ?? "healthy",
  }));
}

const seeds = fc.array(fc.nat({ max: 100 }), { minLength: 5, maxLength: 5 });
const someVerdicts = fc.array(any, { minLength: 5, maxLength: 5 });

test("a map is exact where every stretch is longer than what lies between two samples", async () => {
  await fc.assert(
    fc.asyncProperty(releases, seeds, someVerdicts, parallel, async (versions, lengths, cycle, parallel) => {
      const verdicts = stretches(versions, lengths, cycle, widestStep(versions));
      const history = { versions, results: verdicts.map(once) };
      const { probe } = probeOf(history, parallel);
      const { segments, probes, exhaustive } = await map({ versions, probe, parallel, sample: true });
      expect(segments.map(({ from, to, verdict }) => ({ from, to, verdict }))).toEqual(segmentsOf(versions, verdicts));
      expect(exhaustive).toBe(probes.length === versions.length);
    }),
    { numRuns: 200 },
  );
});

test("whatever the history: segments hold every release once, say what was asked, and miss no long stretch", async () => {
  await fc.assert(
    fc.asyncProperty(anything, fc.boolean(), parallel, async (history, exhaustive, parallel) => {
      const { versions, results } = history;
      const { probe, asked } = probeOf(history, parallel);
      const found = await map({ versions, probe, parallel, sample: !exhaustive });
      const truth = segmentsOf(versions, results.map(meaning));
      const segments = found.segments.map(({ from, to, verdict }) => ({ from, to, verdict }));
      expect(exhaustive ? segments : truth).toEqual(truth);

      expect(found.segments.flatMap(({ probed, inferred }) => [...probed, ...inferred]).sort()).toEqual(versions.toSorted());
      expect(found.segments.flatMap(({ probed }) => probed)).toEqual(versions.filter((uv) => asked.includes(uv)));
      for (const { from, to, verdict, probed } of found.segments) {
        expect(probed[0]).toBe(from);
        expect(probed.at(-1)).toBe(to);
        for (const uv of probed) expect(meaning(results[versions.indexOf(uv)] ?? once("unresolved"))).toBe(verdict);
      }
      const missed = truth
        .map(({ from, to }) => versions.slice(versions.indexOf(from), versions.indexOf(to) + 1))
        .filter((stretch) => !stretch.some((uv) => asked.includes(uv)));
      expect(Math.max(0, ...missed.map((stretch) => stretch.length))).toBeLessThanOrEqual(found.widestGap);
    }),
    { numRuns: WHOLE ? 2_000 : 120 },
  );
});

/** A release comes to `verdict`, and to the other one in `rate` of its runs. */
interface Behaviour {
  readonly verdict: Verdict;
  readonly rate: number;
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function flakyProbe(versions: readonly string[], behaviours: readonly Behaviour[], seed: number): ProbeRelease {
  const chance = chances(seed);
  const seen = new Map<string, Verdict[]>();
  return async (uv, fresh) => {
    const { verdict = "unresolved", rate = 0 } = behaviours[versions.indexOf(uv)] ?? {};
    const verdicts = seen.get(uv) ?? [];
    seen.set(uv, verdicts);
    for (let runs = Math.max(fresh, verdicts.length === 0 ? 1 : 0); runs > 0; runs--)
      verdicts.push(chance() < rate ? other(verdict) : verdict);
    return { verdicts: [...verdicts] };
  };
}

test("windows of one release: an exhaustive map finds each, and what bisect names truly differs", async () => {
  const windows = fc.tuple(releases, fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), resolved, fc.array(fc.nat(), { maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(windows, parallel, fc.nat({ max: 40 }), async ([versions, places, base, broken], parallel, budget) => {
      const odd = new Set(places.map((place) => place % versions.length));
      const dark = new Set(broken.map((place) => place % versions.length));
      const verdicts = versions.map((_, at): Verdict => (dark.has(at) ? "unresolved" : odd.has(at) ? other(base) : base));
      const history = { versions, results: verdicts.map(once) };
      const { segments } = await map({ versions, parallel, probe: probeOf(history, parallel).probe });
      expect(segments.map(({ from, to, verdict }) => ({ from, to, verdict }))).toEqual(segmentsOf(versions, verdicts));
      const { probe, asked } = probeOf(history, parallel);
      const { outcome, coverage } = await bisect({ versions, parallel, probe, budget });
      const verdictOf = (uv: string): Verdict => verdicts[versions.indexOf(uv)] ?? "unresolved";
      expect(complaint(outcome, { versions, asked, given: [], verdictOf })).toBeNull();
      const hidden = verdicts.includes("healthy") && verdicts.includes("reproduced");
      expect(outcome.kind === "same-verdict" && hidden && coverage.unasked === 0).toBe(false);
    }),
    { numRuns: WHOLE ? 20_000 : 200 },
  );
});

/** How often the rarer verdict comes, for each release: alike for all, each its own, or a few among many that are stable. */
const flakiness = fc.oneof(
  fc.double({ min: 0.05, max: 0.5, noNaN: true }).map((rate) => () => rate),
  fc.array(fc.double({ min: 0, max: 0.5, noNaN: true }), { minLength: 5, maxLength: 20 }).map((rates) => rateOf(rates, 1)),
  fc
    .tuple(fc.array(fc.double({ min: 0.05, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 3 }), fc.integer({ min: 2, max: 40 }))
    .map(([rates, every]) => rateOf(rates, every)),
);

function rateOf(rates: readonly number[], every: number): (place: number) => number {
  return (place) => (place % every === every - 1 ? (rates[Math.floor(place / every) % rates.length] ?? 0) : 0);
}

/**
 * Wrong is an answer that says of a release what it shows in no more than half of its runs: the two of a change or a range, the
 * two ends that agree, the first that is supported.
 */
function saidOf(outcome: BisectOutcome, probes: readonly Probe[]): Probe[] {
  const ends = outcome.kind === "same-verdict" ? [outcome.oldest, outcome.newest] : [];
  const first = outcome.kind === "first-supported" ? [outcome.firstChanged, outcome.newest] : [];
  const wanted = [...named(outcome), ...ends, ...first];
  return probes.filter(({ uv }) => wanted.includes(uv));
}

test("flaky releases at any rate: no answer of bisect, and no change of map, says of a release what it shows in half of its runs or less", async () => {
  const histories = WHOLE ? 40_000 : 400;
  const met = new Set<string>();
  let [inOneRun, all] = [0, 0];
  const wrong: string[] = [];
  await fc.assert(
    fc.asyncProperty(fc.oneof(monotonic, severalChanges), flakiness, fc.integer(), async ({ versions, results }, rateAt, seed) => {
      const behaviours = results.map((one, place) => ({ verdict: meaning(one), rate: rateAt(place) }));
      const usual = new Map(versions.map((uv, at) => [uv, behaviours[at]?.verdict]));
      const isWrong = ({ uv, verdict }: Probe): boolean => verdict !== usual.get(uv);
      const { outcome, probes } = await bisect({ versions, probe: flakyProbe(versions, behaviours, seed) });
      met.add(outcome.kind);
      const said = saidOf(outcome, probes);
      expect(said.filter(({ flaky, verdicts }) => flaky || verdicts.length < 20)).toEqual([]);
      if (said.some(isWrong)) wrong.push(`bisect: ${JSON.stringify(said)}`);

      const found = await map({ versions, probe: flakyProbe(versions, behaviours, seed) });
      expect(found.segments.flatMap(({ probed }) => probed)).toEqual(versions);
      const beside = besideChanges(found);
      expect(beside.filter(({ flaky, verdicts }) => flaky || verdicts.length < 20)).toEqual([]);
      if (beside.some(isWrong)) wrong.push(`map: ${JSON.stringify(beside.filter(isWrong))}`);
      all += versions.length;
      inOneRun += found.probes.filter((probe) => isResolvedVerdict(probe.verdict) && isWrong(probe)).length;
    }),
    { numRuns: histories },
  );
  expect(wrong).toEqual([]);
  // The two others come seldom, and with some seeds not at all.
  expect([...met]).toEqual(expect.arrayContaining(["flaky", "found"]));
  // Away from every change a release rests on one run, and map says so.
  expect(inOneRun / all).toBeLessThan(1 / 100);
});

/** The releases on both sides of each change between a healthy and a reproducing one. */
function besideChanges({ segments, probes }: MapResult): Probe[] {
  const changes = segments.slice(1).flatMap((segment, at) => {
    const before = segments[at];
    return before !== undefined && isResolvedVerdict(before.verdict) && isResolvedVerdict(segment.verdict) ? [before.to, segment.from] : [];
  });
  return probes.filter(({ uv }) => changes.includes(uv));
}

function isResolvedVerdict(verdict: Verdict): boolean {
  return verdict === "healthy" || verdict === "reproduced";
}
