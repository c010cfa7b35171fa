import { describe, expect, test } from "vitest";
import type { Verdict } from "../observation/model.ts";
import { UserError } from "../scenario/error.ts";
import { bisect, type BisectOptions } from "./bisect.ts";
import { answerWords, givenWords, goOnCommand } from "../report/bisect-words.ts";
import { toBisectJson } from "../report/bisect-json.ts";
import type { BisectResult } from "./model.ts";

const LETTERS: Readonly<Record<string, Verdict>> = { R: "reproduced", H: "healthy", "?": "unresolved", "-": "unsupported" };

/** Releases of minors, one letter each: `{ "0.1": "HHR" }` is 0.1.0, 0.1.1 and 0.1.2. */
function history(minors: Readonly<Record<string, string>>): ReadonlyMap<string, Verdict> {
  return new Map(
    Object.entries(minors).flatMap(([minor, letters]) =>
      Array.from(letters, (letter, patch): [string, Verdict] => [`${minor}.${patch}`, LETTERS[letter] ?? "unresolved"]),
    ),
  );
}

interface Search {
  readonly result: BisectResult;
  readonly progress: string[];
  readonly prefetched: string[][];
}

async function search(releases: ReadonlyMap<string, Verdict>, options: Partial<BisectOptions> = {}): Promise<Search> {
  const progress: string[] = [];
  const prefetched: string[][] = [];
  const result = await bisect({
    versions: [...releases.keys()],
    probe: async (uv) => ({ verdicts: [releases.get(uv) ?? "unresolved"] }),
    onProgress: ({ text }) => progress.push(text),
    prefetch: (versions) => prefetched.push([...versions]),
    ...options,
  });
  return { result, progress, prefetched };
}

const asked = ({ result }: Search): string => result.probes.map(({ uv }) => uv).join(" ");

describe("with bounds", () => {
  const releases = history({ "0.6": "HHHHHHHH", "0.7": "RRRRRRRR" });

  test("bounds first, then halving; what comes next is fetched meanwhile", async () => {
    const found = await search(releases, { good: "0.6.0", bad: "0.7.7" });
    expect(found.result.outcome).toEqual({ kind: "found", lastBefore: "0.6.7", firstChanged: "0.7.0" });
    expect(found.result.direction).toBe("introduced");
    expect(found.progress).toMatchInlineSnapshot(`
      [
        "looking for bounds: 0.6.0 healthy, 0.7.7 reproduced",
        "0.6.7 healthy: narrowed 0.6.0 … 0.7.7 to 0.6.7 … 0.7.7, about 3 steps left",
        "0.7.3 reproduced: narrowed 0.6.7 … 0.7.7 to 0.6.7 … 0.7.3, about 2 steps left",
        "0.7.1 reproduced: narrowed 0.6.7 … 0.7.3 to 0.6.7 … 0.7.1, about 1 step left",
        "0.7.0 reproduced: narrowed 0.6.7 … 0.7.1 to 0.6.7 … 0.7.0, no step left",
        "run again: 0.6.7 healthy, 0.7.0 reproduced",
      ]
    `);
    expect(found.prefetched).toMatchInlineSnapshot(`
      [
        [
          "0.7.7",
          "0.6.7",
        ],
        [
          "0.6.7",
        ],
        [
          "0.6.3",
          "0.7.3",
        ],
        [
          "0.7.1",
          "0.7.5",
        ],
        [
          "0.7.0",
          "0.7.2",
        ],
      ]
    `);
  });

  test("the direction is found, whichever bound is the older, and whatever the user took them for", async () => {
    const fixed = history({ "0.6": "RRRRHHHH" });
    for (const given of [
      { good: "0.6.7", bad: "0.6.0" },
      { good: "0.6.0", bad: "0.6.7" },
    ]) {
      const { result } = await search(fixed, given);
      expect(result).toMatchObject({ direction: "fixed", good: "0.6.7", bad: "0.6.0" });
      expect(result.outcome).toEqual({ kind: "found", lastBefore: "0.6.3", firstChanged: "0.6.4" });
    }
  });

  test("bounds that agree are no end: the search goes on between them, then around them, and says which was taken wrongly", async () => {
    const found = await search(releases, { good: "0.6.0", bad: "0.6.5" });
    expect(found.result.outcome).toEqual({ kind: "found", lastBefore: "0.6.7", firstChanged: "0.7.0" });
    expect(asked(found)).toMatchInlineSnapshot(`"0.6.0 0.6.5 0.6.2 0.6.3 0.6.1 0.6.4 0.7.2 0.6.7 0.7.0"`);
    expect(givenWords(found.result, (uv) => uv)).toMatchInlineSnapshot(`
      [
        "uv 0.6.5 was given as bad, but is healthy.",
      ]
    `);
  });

  test("swapped bounds are told", async () => {
    const { result } = await search(releases, { good: "0.7.7", bad: "0.6.0" });
    expect(result.outcome).toMatchObject({ kind: "found", firstChanged: "0.7.0" });
    expect(givenWords(result, (uv) => uv)).toMatchInlineSnapshot(`
      [
        "The bounds are swapped: 0.7.7 reproduces the bug, and 0.6.0 is healthy.",
      ]
    `);
  });

  test("what is kept and what claims say is asked before the search grows denser", async () => {
    const long = history({ "0.6": `${"R".repeat(30)}H${"R".repeat(30)}` });
    const kept = await search(long, { good: "0.6.0", bad: "0.6.60", kept: ["0.6.30"] });
    expect(asked(kept)).toMatchInlineSnapshot(`"0.6.0 0.6.60 0.6.30 0.6.45 0.6.37 0.6.33 0.6.31"`);
    const likely = await search(long, { likely: ["0.6.30"] });
    expect(asked(likely)).toMatchInlineSnapshot(`"0.6.60 0.6.30 0.6.45 0.6.37 0.6.33 0.6.31"`);
    for (const { result } of [kept, likely]) expect(result.outcome).toMatchObject({ kind: "found", firstChanged: "0.6.31" });
  });

  test("where the budget is spent, the answer says what was not asked", async () => {
    const long = history({ "0.6": `${"R".repeat(18)}H${"R".repeat(41)}` });
    const found = await search(long, { budget: 10 });
    expect(found.result.outcome.kind).toBe("same-verdict");
    expect(answerWords(found.result, (uv) => uv)).toMatchInlineSnapshot(
      `"No change found: uv 0.6.0 and 0.6.59 are both reproducing it. 50 of 60 releases were not asked, at most 7 in a row (0.6.37 to 0.6.43)."`,
    );
    expect(goOnCommand(found.result, ["npx", "uv-mre", "bisect", "a.toml", "--budget", "10"])?.join(" ")).toMatchInlineSnapshot(
      `"npx uv-mre bisect a.toml --budget 60"`,
    );
    const whole = await search(long, { budget: 60 });
    expect(whole.result.outcome).toMatchObject({ kind: "found", firstChanged: "0.6.19" });
  });

  test("a bound without a verdict ends it", async () => {
    const { result } = await search(history({ "0.6": "?HHR" }), { good: "0.6.0", bad: "0.6.3" });
    expect(result.outcome).toMatchObject({ kind: "unresolved-bound", bounds: [{ uv: "0.6.0", verdict: "unresolved" }, { uv: "0.6.3" }] });
    expect(result.skipped).toEqual(["0.6.0"]);
  });

  test("bounds that mean nothing are the user's mistake", async () => {
    await expect(search(releases, { good: "0.5.9", bad: "0.7.0" })).rejects.toThrow(UserError);
    await expect(search(releases, { good: "0.7.0", bad: "0.7.0" })).rejects.toThrow(/the same: uv 0\.7\.0/);
  });

  test("three parts at once with two probes", async () => {
    const found = await search(releases, { good: "0.6.0", bad: "0.7.7", parallel: 2 });
    expect(found.progress).toMatchInlineSnapshot(`
      [
        "looking for bounds: 0.6.0 healthy, 0.7.7 reproduced",
        "0.6.5 healthy, 0.7.2 reproduced: narrowed 0.6.0 … 0.7.7 to 0.6.5 … 0.7.2, about 2 steps left",
        "0.6.7 healthy, 0.7.0 reproduced: narrowed 0.6.5 … 0.7.2 to 0.6.7 … 0.7.0, no step left",
        "run again: 0.6.7 healthy, 0.7.0 reproduced",
      ]
    `);
  });

  test("skipped releases: elsewhere first, then a neighbour; only skipped ones left is a range", async () => {
    const one = await search(history({ "0.6": "HHHHHHHH?RRRRRRRR" }), { good: "0.6.0", bad: "0.6.16" });
    expect(one.result.outcome).toEqual({ kind: "range", lastBefore: "0.6.7", firstChanged: "0.6.9", skipped: ["0.6.8"] });
    expect(asked(one)).toMatchInlineSnapshot(`"0.6.0 0.6.16 0.6.8 0.6.6 0.6.11 0.6.9 0.6.7"`);
    const many = await search(history({ "0.6": "HHHHH?-???RRRRRRR" }), { good: "0.6.0", bad: "0.6.16" });
    expect(many.result.outcome).toMatchObject({ kind: "range", lastBefore: "0.6.4", firstChanged: "0.6.10" });
    expect(many.result.skipped).toEqual(["0.6.5", "0.6.6", "0.6.7", "0.6.8", "0.6.9"]);
  });

  test("a long broken stretch beside the change is not walked through", async () => {
    const found = await search(history({ "0.6": `${"H".repeat(20)}R${"?".repeat(60)}${"R".repeat(20)}` }), {
      good: "0.6.0",
      bad: "0.6.100",
    });
    expect(found.result.outcome).toEqual({ kind: "found", lastBefore: "0.6.19", firstChanged: "0.6.20" });
    expect(found.result.probes.length).toBeLessThan(20);
  });
});

describe("without bounds", () => {
  const minors = {
    "0.1": "--",
    "0.2": "--",
    "0.3": "-HH",
    "0.4": "HHH",
    "0.5": "HHH",
    "0.6": "HHH",
    "0.7": "HRR",
    "0.8": "RRR",
    "0.9": "RRRR",
  };

  test("newest first, then back over minors with growing steps", async () => {
    const found = await search(history(minors));
    expect(found.result.outcome).toEqual({ kind: "found", lastBefore: "0.7.0", firstChanged: "0.7.1" });
    expect(asked(found)).toMatchInlineSnapshot(`"0.9.3 0.8.2 0.6.2 0.7.2 0.7.0 0.7.1"`);
    expect(found.progress).toMatchInlineSnapshot(`
      [
        "looking for bounds: 0.9.3 reproduced",
        "looking for bounds: 0.8.2 reproduced",
        "looking for bounds: 0.6.2 healthy",
        "0.7.2 reproduced: narrowed 0.6.2 … 0.8.2 to 0.6.2 … 0.7.2, about 2 steps left",
        "0.7.0 healthy: narrowed 0.6.2 … 0.7.2 to 0.7.0 … 0.7.2, about 1 step left",
        "0.7.1 reproduced: narrowed 0.7.0 … 0.7.2 to 0.7.0 … 0.7.1, no step left",
        "run again: 0.7.0 healthy, 0.7.1 reproduced",
      ]
    `);
  });

  test("an unsupported release ends the walk back, and the search goes on above it alone", async () => {
    const found = await search(history({ ...minors, "0.7": "RRR", "0.6": "RRR", "0.5": "RRR", "0.4": "RRR", "0.3": "--H" }));
    expect(found.result.outcome).toEqual({ kind: "found", lastBefore: "0.3.2", firstChanged: "0.4.0" });
    expect(asked(found)).not.toMatch(/0\.1\.0/);
  });

  test("the same verdict everywhere: both ends of what is supported are shown", async () => {
    const found = await search(history({ "0.1": "RRR", "0.2": "RRR", "0.3": "RRR", "0.4": "RR?" }));
    expect(found.result.outcome).toEqual({ kind: "same-verdict", verdict: "reproduced", oldest: "0.1.0", newest: "0.4.1" });
  });

  test("where no older release knows a step, the first that does is the answer", async () => {
    const found = await search(history({ "0.1": "---", "0.2": "-?R", "0.3": "RRR", "0.4": "RR?" }));
    expect(found.result.outcome).toMatchObject({ kind: "first-supported", lastBefore: "0.2.0", firstChanged: "0.2.2", skipped: ["0.2.1"] });
    expect(answerWords(found.result, (uv) => uv)).toMatchInlineSnapshot(
      `"uv 0.2.2 is the first release that knows every step, and it is reproducing it: 0.2.0 is unsupported. The release between came to no verdict. No other change found: every release from there to 0.4.1 that was asked and came to a verdict agrees. None is left to ask: 10 were asked. 2 more lie between or before releases that do not know a step."`,
    );
  });

  test("two old releases without a verdict do not end the search for a bound", async () => {
    const found = await search(history({ "0.1": "?HH", "0.2": "RR?", "0.3": "RRR" }));
    expect(found.result.outcome).toEqual({ kind: "found", lastBefore: "0.1.2", firstChanged: "0.2.0" });
  });

  test("a newest release that knows an option no more is no floor", async () => {
    const found = await search(history({ "0.1": "HH", "0.2": "HH", "0.3": "RR", "0.4": "--" }));
    expect(found.result.outcome).toEqual({ kind: "found", lastBefore: "0.2.1", firstChanged: "0.3.0" });
  });

  test("no release with a verdict, or no release at all", async () => {
    expect((await search(history({ "0.1": "??", "0.2": "--" }))).result.outcome).toEqual({ kind: "no-verdict" });
    expect((await search(new Map())).result.outcome).toEqual({ kind: "no-verdict" });
  });

  test("one bound: the newest against it, else older ones", async () => {
    const releases = history(minors);
    const newer = await search(releases, { good: "0.4.1" });
    expect(newer.result).toMatchObject({ good: "0.4.1", bad: "0.9.3", outcome: { lastBefore: "0.7.0" } });
    const older = await search(releases, { bad: "0.8.1" });
    expect(older.result).toMatchObject({ outcome: { kind: "found", lastBefore: "0.7.0" } });
    expect(asked(older).split(" ").slice(0, 2)).toEqual(["0.8.1", "0.9.3"]);
  });
});

describe("histories that are no single change", () => {
  test("samples that contradict it are told, with what to do", async () => {
    const releases = history({ "0.6": "HHHHRRRRHHHHRRRR" });
    const { result } = await search(releases, { good: "0.6.0", bad: "0.6.15", parallel: 2 });
    expect(result.outcome).toEqual({ kind: "found", lastBefore: "0.6.11", firstChanged: "0.6.12" });
    expect(result.contradictions.map(({ before, after }) => `${before.uv} ${before.verdict}, ${after.uv} ${after.verdict}`))
      .toMatchInlineSnapshot(`
      [
        "0.6.0 healthy, 0.6.5 reproduced",
        "0.6.5 reproduced, 0.6.10 healthy",
      ]
    `);
    expect(result.advice).toMatchInlineSnapshot(
      `"the verdict changes more than once, so one change is not the whole answer: \`uv-mre map\` finds them all"`,
    );
  });

  test("both neighbours are run again before the answer; one that differs then is flaky", async () => {
    const releases = history({ "0.6": "HHHHRRRR" });
    const fresh: string[] = [];
    const { result } = await search(releases, {
      good: "0.6.0",
      bad: "0.6.7",
      probe: async (uv, again) => {
        if (again > 0) fresh.push(`${uv} ${again}`);
        const verdict = releases.get(uv) ?? "unresolved";
        const others: Verdict[] = uv === "0.6.3" ? ["reproduced"] : [];
        return { verdicts: again > 0 ? [verdict, ...Array.from({ length: again - others.length }, () => verdict), ...others] : [verdict] };
      },
    });
    expect(fresh).toMatchInlineSnapshot(`
      [
        "0.6.3 19",
        "0.6.4 19",
        "0.6.2 19",
      ]
    `);
    expect(result.outcome).toEqual({ kind: "range", lastBefore: "0.6.2", firstChanged: "0.6.4", skipped: ["0.6.3"] });
  });

  test("where releases are flaky throughout, the answer is their figures", async () => {
    const releases = history({ "0.6": "HHHHRRRR" });
    const probe: BisectOptions["probe"] = async (uv, again) => {
      const verdict = releases.get(uv) ?? "unresolved";
      return { verdicts: again > 0 ? ["healthy", "reproduced", "healthy", verdict, verdict] : [verdict] };
    };
    const { result } = await search(releases, { good: "0.6.0", bad: "0.6.7", probe });
    expect(result.outcome.kind).toBe("flaky");
    expect(answerWords(result, (uv) => uv)).toMatchInlineSnapshot(
      `"No change can be told, because the scenario is flaky: 0.6.2 is unresolved (flaky: reproduced 1 of 5, healthy 4 of 5); 0.6.3 is unresolved (flaky: reproduced 1 of 5, healthy 4 of 5); 0.6.4 is unresolved (flaky: reproduced 3 of 5, healthy 2 of 5); 0.6.5 is unresolved (flaky: reproduced 3 of 5, healthy 2 of 5). --repeat runs every release more often."`,
    );
  });

  test("a flaky release is skipped, and its repeats are kept", async () => {
    const releases = history({ "0.6": "HHHHRRRR" });
    const flaky: readonly Verdict[] = ["reproduced", "healthy", "reproduced"];
    const { result } = await search(releases, {
      good: "0.6.0",
      bad: "0.6.7",
      probe: async (uv) => ({ verdicts: uv === "0.6.3" ? flaky : [releases.get(uv) ?? "unresolved"] }),
    });
    expect(result.outcome).toEqual({ kind: "range", lastBefore: "0.6.2", firstChanged: "0.6.4", skipped: ["0.6.3"] });
    // What is kept for other reports is the result itself.
    const { kept: _, runs: __, ...json } = toBisectJson({ scenario: "scenario.toml", result, runs: [], command: [] });
    expect(json).toMatchInlineSnapshot(`
      {
        "bad": "0.6.7",
        "compareUrl": "https://github.com/astral-sh/uv/compare/0.6.2...0.6.4",
        "contradictions": [],
        "coverage": {
          "asked": 5,
          "beyondSupport": 0,
          "longest": {
            "count": 2,
            "from": "0.6.5",
            "to": "0.6.6",
          },
          "unasked": 3,
        },
        "differed": [],
        "direction": "introduced",
        "durationMs": null,
        "firstChanged": "0.6.4",
        "given": {
          "bad": {
            "uv": "0.6.7",
            "verdict": "reproduced",
          },
          "good": {
            "uv": "0.6.0",
            "verdict": "healthy",
          },
        },
        "good": "0.6.0",
        "kind": "bisect",
        "lastBefore": "0.6.2",
        "outcome": "range",
        "probes": [
          {
            "uv": "0.6.0",
            "verdict": "healthy",
          },
          {
            "uv": "0.6.7",
            "verdict": "reproduced",
          },
          {
            "reasons": [
              "its runs came to different verdicts",
            ],
            "repeats": {
              "healthy": 1,
              "reproduced": 2,
            },
            "uv": "0.6.3",
            "verdict": "unresolved",
          },
          {
            "uv": "0.6.4",
            "verdict": "reproduced",
          },
          {
            "uv": "0.6.2",
            "verdict": "healthy",
          },
        ],
        "repeats": {
          "missed": 0.6666666666666667,
          "rate": 0.3333333333333333,
          "runs": 1,
        },
        "scenario": "scenario.toml",
        "schema": 1,
        "skipped": [
          "0.6.3",
        ],
      }
    `);
  });
});

test("a probe that throws ends the search, once those under way have come back", async () => {
  let running = 0;
  const releases = history({ "0.6": "HHHHRRRR" });
  const probe: BisectOptions["probe"] = async (uv) => {
    running++;
    await Promise.resolve();
    if (uv === "0.6.0") {
      running--;
      throw new Error("interrupted");
    }
    await new Promise(setImmediate);
    running--;
    return { verdicts: [releases.get(uv) ?? "unresolved"] };
  };
  await expect(search(releases, { good: "0.6.0", bad: "0.6.7", parallel: 2, probe })).rejects.toThrow("interrupted");
  expect(running).toBe(0);
});
