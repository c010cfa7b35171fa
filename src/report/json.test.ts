import { describe, expect, test } from "vitest";
import { observation, runResult, unresolvedResult } from "../../test/report-fixture.ts";
import { toRunJson } from "./json.ts";
import { toMarkdown } from "./markdown.ts";
import { mergeKept, readKept } from "./read-json.ts";

// The example of the design's "The command line": its fields, names and order are the contract.
const DESIGNED = {
  schema: 1,
  runs: [
    {
      scenario: "scenarios/keyring-shadowing.toml",
      uv: "0.9.5",
      verdict: "reproduced",
      evidence: "facts",
      reasons: [],
      claim: "held",
      durationMs: 2310,
      cached: false,
      leaks: [],
      steps: [{ argv: ["uv", "sync"], exit: 2, durationMs: 120, stdout: "…", stderr: "…" }],
      requests: [
        {
          step: 0,
          index: "private",
          method: "GET",
          url: "https://…",
          status: 401,
          final: true,
          user: null,
          authorization: "none",
          httpVersion: "2.0",
        },
      ],
      keyring: [{ step: 1, from: "venv", argv: ["get", "https://…", "VssSessionToken"], raised: "NoKeyringError" }],
    },
  ],
};

test("prints the designed fields first, in the designed order", () => {
  const json = toRunJson([runResult()]);
  expect(keys(json)).toEqual(keys(DESIGNED));
  const [run, designed] = [json.runs[0]!, DESIGNED.runs[0]!];
  const pairs: [object, object][] = [
    [run, designed],
    [run.steps[0]!, designed.steps[0]!],
    [run.requests[0]!, designed.requests[0]!],
    [run.keyring[0]!, designed.keyring[0]!],
  ];
  for (const [seen, wanted] of pairs) expect(keys(seen).slice(0, keys(wanted).length)).toEqual(keys(wanted));
});

test("what is kept makes the same report again", () => {
  const runs = [
    runResult(),
    unresolvedResult({ uv: "0.9.6" }),
    runResult({ uv: "0.9.7", filledFiles: { "a.toml": "x" }, verboseLog: "DEBUG" }),
  ];
  const kept = readKept("kept.json", JSON.stringify(toRunJson(runs)));
  expect(toMarkdown(kept.results)).toBe(
    toMarkdown(runs.map((run) => ({ ...run, durationMs: Math.round(run.durationMs) }))).replaceAll("640.4", "640"),
  );
  expect(kept.shard).toBeNull();
});

describe("what is no kept JSON is told with its file and place", () => {
  const entry = toRunJson([runResult()]).runs[0]!;
  test.each([
    ["{", /^kept.json: no valid JSON/],
    ["[]", /^kept.json: not runs that this version of uv-mre keeps/],
    [JSON.stringify({ schema: 2, runs: [] }), /\(schema: /],
    [JSON.stringify({ schema: 1, runs: [{ ...entry, verdict: "good" }] }), /\(runs\.0\.verdict: /],
    [JSON.stringify({ schema: 1, runs: [{ ...entry, requests: [{}] }] }), /\(runs\.0\.requests\.0\./],
  ])("%s", (text, message) => {
    expect(() => readKept("kept.json", text)).toThrow(message);
  });
});

describe("several files become one", () => {
  const part = (index: number, count: number, ...uvs: string[]) =>
    readKept(
      `${index}.json`,
      JSON.stringify(
        toRunJson(
          uvs.map((uv) => runResult({ uv })),
          { index, count },
        ),
      ),
    );

  test("parts are merged, and a run that stands twice is taken from the later file", () => {
    expect(mergeKept([part(2, 2, "0.9.6"), part(1, 2, "0.9.5")]).results.map(({ uv }) => uv)).toEqual(["0.9.6", "0.9.5"]);
    const again = readKept("again.json", JSON.stringify(toRunJson([unresolvedResult()])));
    const first = readKept("first.json", JSON.stringify(toRunJson([runResult()])));
    expect(mergeKept([first, again]).results.map(({ verdict }) => verdict)).toEqual(["unresolved"]);
  });

  test("a missing part is an error", () => {
    expect(() => mergeKept([part(1, 3, "0.9.5"), part(3, 3, "0.9.6")])).toThrow("the parts 2/3 are missing");
    expect(() => mergeKept([part(1, 3, "0.9.5"), part(1, 2, "0.9.6")])).toThrow("parts of different runs");
  });
});

test("carries verdict, evidence and leaks", () => {
  const leaks = [{ step: 0, where: "stderr", secret: "private.VssSessionToken", form: "plain" as const }];
  const reasons = [{ kind: "condition" as const, condition: "step[0].healthy.exit", wanted: "exit 0", seen: "exit 2" }];
  const [run] = toRunJson([runResult({ verdict: "unresolved", claim: "none", reasons, observation: observation({ leaks }) })]).runs;
  expect(Object.fromEntries(keys(DESIGNED.runs[0]!).map((key) => [key, run?.[key as keyof typeof run]]))).toMatchInlineSnapshot(`
    {
      "cached": false,
      "claim": "none",
      "durationMs": 2310,
      "evidence": "facts",
      "keyring": [],
      "leaks": [
        {
          "form": "plain",
          "secret": "private.VssSessionToken",
          "step": 0,
          "where": "stderr",
        },
      ],
      "reasons": [
        {
          "condition": "step[0].healthy.exit",
          "kind": "condition",
          "seen": "exit 2",
          "wanted": "exit 0",
        },
      ],
      "requests": [],
      "scenario": "scenarios/keyring-shadowing.toml",
      "steps": [],
      "uv": "0.9.5",
      "verdict": "unresolved",
    }
  `);
  const [, last] = toRunJson([runResult(), runResult()]).runs;
  expect({ requests: last?.requests.at(-1), keyring: last?.keyring.at(-1), step: last?.steps.at(-1) }).toMatchInlineSnapshot(`
    {
      "keyring": {
        "argv": [
          "get",
          "https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/",
          "VssSessionToken",
        ],
        "at": 1015,
        "durationMs": 300,
        "exit": 1,
        "finished": true,
        "from": "venv",
        "prefix": "$TOOLS/keyring",
        "raised": "NoKeyringError",
        "step": 1,
      },
      "requests": {
        "at": 1012,
        "authorization": "user-only",
        "final": true,
        "httpVersion": "2.0",
        "index": "private",
        "location": null,
        "method": "GET",
        "range": null,
        "secret": null,
        "status": 401,
        "step": 1,
        "url": "https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/",
        "user": "VssSessionToken",
      },
      "step": {
        "argv": [
          "uv",
          "sync",
          "--no-cache",
          "--upgrade",
        ],
        "durationMs": 640,
        "exit": 2,
        "signal": null,
        "startedAt": 1000,
        "stderr": "error: Failed to fetch
      cause: 401 Unauthorized
    ",
        "stdout": "",
        "timedOut": false,
      },
    }
  `);
});

function keys(value: object): string[] {
  return Object.keys(value);
}
