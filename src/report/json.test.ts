import { expect, test } from "vitest";
import { observation, runResult } from "../../test/report-fixture.ts";
import { toRunJson, type RunJson } from "./json.ts";

// The example of the design's "The command line": its fields, names and order are the contract.
const DESIGNED: RunJson = {
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

test("prints the designed fields in the designed order", () => {
  const json = toRunJson([runResult()]);
  expect(keys(json)).toEqual(keys(DESIGNED));
  const [run, designed] = [json.runs[0]!, DESIGNED.runs[0]!];
  expect(keys(run)).toEqual(keys(designed));
  expect(keys(run.steps[0]!)).toEqual(keys(designed.steps[0]!));
  expect(keys(run.requests[0]!)).toEqual(keys(designed.requests[0]!));
  expect(keys(run.keyring[0]!)).toEqual(keys(designed.keyring[0]!));
});

test("carries verdict, evidence and leaks", () => {
  const leaks = [{ step: 0, where: "stderr", secret: "private.VssSessionToken", form: "plain" as const }];
  const reasons = [{ kind: "condition" as const, condition: "step[0].healthy.exit", wanted: "exit 0", seen: "exit 2" }];
  const [run] = toRunJson([runResult({ verdict: "unresolved", claim: "none", reasons, observation: observation({ leaks }) })]).runs;
  expect(run).toMatchInlineSnapshot(`
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
        "from": "venv",
        "raised": "NoKeyringError",
        "step": 1,
      },
      "requests": {
        "authorization": "user-only",
        "final": true,
        "httpVersion": "2.0",
        "index": "private",
        "method": "GET",
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
        "stderr": "error: Failed to fetch
      cause: 401 Unauthorized
    ",
        "stdout": "",
      },
    }
  `);
});

function keys(value: object): string[] {
  return Object.keys(value);
}
