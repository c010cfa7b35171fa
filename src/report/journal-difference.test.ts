import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyringCall, observation, request, runResult, step } from "../../test/report-fixture.ts";
import type { Observation } from "../observation/model.ts";
import { longestCommonSubsequence } from "./longest-common-subsequence.ts";
import { differenceWords } from "./difference-words.ts";
import { journalDifference } from "./journal-difference.ts";

const A = "https://a.example.com/simple/a/";
const B = "https://a.example.com/simple/b/";

test("names what appeared, vanished and changed, step by step", () => {
  const before = observation({
    steps: [step(), step({ exit: 0 })],
    requests: [request({ url: A, at: 1 }), request({ step: 1, url: A, at: 20 }), request({ step: 1, url: B, at: 21 })],
    keyring: [keyringCall({ step: 1, at: 22 }), keyringCall({ step: 1, at: 40, argv: ["get", "a.example.com", "u"] })],
  });
  const after = observation({
    steps: [step(), step({ exit: 2 })],
    requests: [
      request({ url: A, at: 5 }),
      request({ step: 1, url: A, at: 30, status: 401, authorization: "user-only", secret: null }),
      request({ step: 1, url: "https://b.example.com/", index: null, at: 33, user: null, secret: null, authorization: "none" }),
      request({ step: 1, url: "https://b.example.com/", index: null, at: 34, user: null, secret: null, authorization: "none" }),
    ],
    keyring: [keyringCall({ step: 1, at: 32, from: "venv", raised: "NoKeyringError", exit: 1 })],
  });
  const lines = differenceWords(runResult({ observation: before }), runResult({ observation: after }), (text) => text);
  expect(lines.map(({ depth, text }) => `${"  ".repeat(depth)}${text}`).join("\n")).toMatchInlineSnapshot(`
    "step 2, uv sync: exit 0 became 2
      changed: GET https://a.example.com/simple/a/: 200, good (private.VssSessionToken) became 401, user-only (VssSessionToken)
      changed: keyring get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken: tool, exit 0 became venv, raised NoKeyringError
      vanished: GET https://a.example.com/simple/b/: 200, good (private.VssSessionToken)
      vanished: keyring get a.example.com u: tool, exit 0
      appeared: GET https://b.example.com/: 200, none (2 ×)"
  `);
});

test("time, HTTP version and a loopback port are no difference", () => {
  const run = (port: number, httpVersion: string, at: number): Observation =>
    observation({
      steps: [step()],
      requests: [request({ url: `http://127.0.0.1:${port}/private/a/`, httpVersion, at })],
      keyring: [keyringCall({ argv: ["get", `http://127.0.0.1:${port}/private/`, "u"], at: at + 1, durationMs: at })],
    });
  expect(journalDifference(run(40_001, "2.0", 3), run(50_002, "1.1", 9))).toEqual([]);
});

test("a leak and a file that a condition asks for are differences, a file's content is none", () => {
  const run = (leak: boolean, content: string | null): Observation =>
    observation({
      steps: [step()],
      leaks: leak ? [{ step: 0, where: "stdout", secret: "private.alice", form: "plain" }] : [],
      files: [
        { step: 0, path: "uv.lock", content: String(content) },
        { step: 0, path: "out.txt", content },
      ],
    });
  const lines = differenceWords(runResult({ observation: run(true, null) }), runResult({ observation: run(false, "x") }), (text) => text);
  expect(lines.map(({ text }) => text)).toEqual([
    "step 1, uv sync",
    "vanished: the secret of private.alice in stdout: in the clear (plain)",
    "changed: the file out.txt: absent became present",
  ]);
});

test("another order is counted, not listed", () => {
  const run = (...urls: string[]): Observation =>
    observation({ steps: [step({ exit: urls.length === 2 ? 0 : 1 })], requests: urls.map((url, at) => request({ url, at })) });
  expect(journalDifference(run(A, B), run(B, A, "https://c.example.com/"))).toMatchInlineSnapshot(`
    [
      {
        "changes": [
          {
            "kind": "appeared",
            "outcome": "200, good (private.VssSessionToken)",
            "times": 1,
            "what": "GET https://c.example.com/",
          },
        ],
        "command": "uv sync",
        "exit": {
          "after": 1,
          "before": 0,
        },
        "moved": 1,
        "step": 0,
      },
    ]
  `);
});

describe("properties", () => {
  const journal = fc
    .array(fc.record({ url: fc.constantFrom(A, B), status: fc.constantFrom(200, 401), step: fc.constantFrom(0, 1) }), { maxLength: 12 })
    .map((requests) => observation({ steps: [step(), step()], requests: requests.map((over, at) => request({ ...over, at })) }));

  test("a run does not differ from itself", () => {
    fc.assert(
      fc.property(journal, (run) => {
        expect(journalDifference(run, run)).toEqual([]);
      }),
    );
  });

  test("what is listed accounts for the number of entries on both sides", () => {
    fc.assert(
      fc.property(journal, journal, (before, after) => {
        const changes = journalDifference(before, after).flatMap((difference) => difference.changes);
        const count = (kind: string): number => changes.filter((change) => change.kind === kind).reduce((sum, { times }) => sum + times, 0);
        expect(before.requests.length - count("vanished")).toBe(after.requests.length - count("appeared"));
      }),
    );
  });

  test("the longest common subsequence is one, in order, and swapping sides keeps its length", () => {
    const keys = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 10 });
    fc.assert(
      fc.property(keys, keys, (before, after) => {
        const pairs = longestCommonSubsequence(before, after);
        for (const [a, b] of pairs) expect(before[a]).toBe(after[b]);
        expect(pairs.slice(1).every(([a, b], index) => a > pairs[index]![0] && b > pairs[index]![1])).toBe(true);
        expect(longestCommonSubsequence(after, before)).toHaveLength(pairs.length);
        expect(pairs).toHaveLength(lengthByBruteForce(before, after));
      }),
    );
  });
});

function lengthByBruteForce([first, ...before]: readonly string[], after: readonly string[]): number {
  if (first === undefined) return 0;
  const place = after.indexOf(first);
  const without = lengthByBruteForce(before, after);
  return place === -1 ? without : Math.max(without, 1 + lengthByBruteForce(before, after.slice(place + 1)));
}
