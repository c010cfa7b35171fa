import { expect, test } from "vitest";
import type { Verdict } from "../observation/model.ts";
import { toMapJson } from "../report/map-json.ts";
import { map, type MapOptions } from "./map.ts";
import type { MapResult } from "./model.ts";

const LETTERS: Readonly<Record<string, Verdict>> = { R: "reproduced", H: "healthy", "?": "unresolved", "-": "unsupported" };

async function mapOf(
  minors: Readonly<Record<string, string>>,
  options: Partial<MapOptions> = {},
): Promise<MapResult & { progress: string[] }> {
  const releases = new Map(
    Object.entries(minors).flatMap(([minor, letters]) =>
      Array.from(letters, (letter, patch): [string, Verdict] => [`${minor}.${patch}`, LETTERS[letter] ?? "unresolved"]),
    ),
  );
  const progress: string[] = [];
  const result = await map({
    versions: [...releases.keys()],
    probe: async (uv) => ({ verdicts: [releases.get(uv) ?? "unresolved"] }),
    sample: true,
    onProgress: ({ text }) => progress.push(text),
    ...options,
  });
  return { ...result, progress };
}

/** `H 0.5.0…0.5.9 2/10`: the verdict, the ends, how many of how many were asked. */
const told = ({ segments }: MapResult): string[] =>
  segments.map(({ from, to, verdict, probed, inferred }) => `${verdict} ${from}…${to} ${probed.length}/${probed.length + inferred.length}`);

// Credentials across a redirect, as uv's changelog tells it: on in 0.6.15, off, on in 0.7.0, off, on from 0.7.14.
const redirects = {
  "0.5": "H".repeat(32),
  "0.6": `${"H".repeat(15)}RHH`,
  "0.7": `R${"H".repeat(13)}${"R".repeat(9)}`,
  "0.8": "R".repeat(25),
  "0.9": "R".repeat(31),
};

test("changes back and forth, for a single release too, are found near others", async () => {
  expect(told(await mapOf(redirects))).toMatchInlineSnapshot(`
    [
      "healthy 0.5.0…0.6.14 10/47",
      "reproduced 0.6.15…0.6.15 1/1",
      "healthy 0.6.16…0.6.17 2/2",
      "reproduced 0.7.0…0.7.0 1/1",
      "healthy 0.7.1…0.7.13 9/13",
      "reproduced 0.7.14…0.9.30 10/65",
    ]
  `);
});

test("where both ends of every minor agree, the samples can miss it, and the widest gap says what", async () => {
  const hidden = { "0.5": "H".repeat(12), "0.6": `${"H".repeat(6)}RRRR${"H".repeat(8)}` };
  const result = await mapOf(hidden);
  expect(told(result)).toMatchInlineSnapshot(`
    [
      "healthy 0.5.0…0.6.17 4/30",
    ]
  `);
  expect(result.widestGap).toBe(16);
  expect(result.exhaustive).toBe(false);
  expect(told(await mapOf(hidden, { sample: false }))).toMatchInlineSnapshot(`
    [
      "healthy 0.5.0…0.6.5 18/18",
      "reproduced 0.6.6…0.6.9 4/4",
      "healthy 0.6.10…0.6.17 8/8",
    ]
  `);
});

test("progress says how much was asked and what is left", async () => {
  const { progress } = await mapOf({ "0.1": "--", "0.2": "HHHRRR" });
  expect(progress).toMatchInlineSnapshot(`
    [
      "1 of 8 releases asked, 3 more to ask",
      "2 of 8 releases asked, 2 more to ask",
      "3 of 8 releases asked, 1 more to ask",
      "4 of 8 releases asked, 0 more to ask",
      "5 of 8 releases asked, 0 more to ask",
      "6 of 8 releases asked, 0 changes to refine",
      "7 of 8 releases asked, 1 more to ask",
      "8 of 8 releases asked, 0 more to ask",
      "8 of 8 releases asked, 1 beside a change to run again",
      "8 of 8 releases asked, 0 beside a change to run again",
    ]
  `);
});

test("as JSON", async () => {
  const result = await mapOf({ "0.1": "--", "0.2": "HRR" });
  const { kept: _, runs: __, ...json } = toMapJson({ scenario: "scenario.toml", result, runs: [], command: [] });
  expect(json).toMatchInlineSnapshot(`
    {
      "changes": [
        {
          "compareUrl": "https://github.com/astral-sh/uv/compare/0.1.1...0.2.0",
          "differed": [],
          "firstChanged": "0.2.0",
          "lastBefore": "0.1.1",
        },
        {
          "compareUrl": "https://github.com/astral-sh/uv/compare/0.2.0...0.2.1",
          "differed": [],
          "firstChanged": "0.2.1",
          "lastBefore": "0.2.0",
        },
      ],
      "durationMs": null,
      "exhaustive": true,
      "kind": "map",
      "releases": [
        {
          "asked": true,
          "uv": "0.1.0",
          "verdict": "unsupported",
        },
        {
          "asked": true,
          "uv": "0.1.1",
          "verdict": "unsupported",
        },
        {
          "asked": true,
          "uv": "0.2.0",
          "verdict": "healthy",
        },
        {
          "asked": true,
          "uv": "0.2.1",
          "verdict": "reproduced",
        },
        {
          "asked": true,
          "uv": "0.2.2",
          "verdict": "reproduced",
        },
      ],
      "repeats": null,
      "scenario": "scenario.toml",
      "schema": 1,
      "segments": [
        {
          "from": "0.1.0",
          "probed": [
            "0.1.0",
            "0.1.1",
          ],
          "to": "0.1.1",
          "verdict": "unsupported",
        },
        {
          "from": "0.2.0",
          "probed": [
            "0.2.0",
          ],
          "to": "0.2.0",
          "verdict": "healthy",
        },
        {
          "from": "0.2.1",
          "probed": [
            "0.2.1",
            "0.2.2",
          ],
          "to": "0.2.2",
          "verdict": "reproduced",
        },
      ],
    }
  `);
});

test("no releases make no segments", async () => {
  expect((await mapOf({})).segments).toEqual([]);
});

test("the next releases are fetched while some are asked", async () => {
  const events: string[] = [];
  const versions = ["0.1.0", "0.1.1", "0.2.0", "0.2.1"];
  await map({
    versions,
    sample: true,
    parallel: 2,
    probe: async (uv) => {
      events.push(`ask ${uv}`);
      await Promise.resolve();
      return { verdicts: ["healthy"] };
    },
    prefetch: (ahead) => events.push(`fetch ${ahead.join(" ")}`),
  });
  expect(events.slice(0, 3)).toEqual(["fetch 0.2.0 0.2.1", "ask 0.1.0", "fetch 0.2.0 0.2.1"]);
});
