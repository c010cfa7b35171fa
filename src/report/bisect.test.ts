import { expect, test } from "vitest";
import { keyringCall, observation, request, runResult, step } from "../../test/report-fixture.ts";
import type { BisectOutcome, BisectResult, Probe } from "../bisect/model.ts";
import type { Verdict } from "../observation/model.ts";
import { answerWords, compareUrl } from "./bisect-words.ts";
import { bisectMarkdown, bisectText } from "./bisect.ts";
import type { RunResult } from "./model.ts";
import { PLAIN } from "./paint.ts";

const probe = (uv: string, ...verdicts: Verdict[]): Probe => {
  const flaky = new Set(verdicts).size > 1;
  return { uv, verdict: flaky ? "unresolved" : (verdicts[0] ?? "unresolved"), verdicts, flaky };
};

const FOUND: BisectResult = {
  outcome: { kind: "found", lastBefore: "0.9.5", firstChanged: "0.9.6" },
  given: { good: null, bad: null },
  coverage: { asked: 5, unasked: 20, beyondSupport: 0, longest: { from: "0.9.8", to: "0.9.27", count: 20 } },
  good: "0.9.0",
  bad: "0.10.0",
  direction: "introduced",
  probes: [
    probe("0.9.0", "healthy"),
    probe("0.10.0", "reproduced"),
    probe("0.9.5", "healthy"),
    probe("0.9.7", "unresolved"),
    probe("0.9.6", "reproduced"),
  ],
  skipped: ["0.9.7"],
  contradictions: [],
  advice: null,
  rounds: 3,
};

const RUNS = [
  runResult({
    uv: "0.9.5",
    verdict: "healthy",
    observation: observation({ steps: [step()], requests: [request({ at: 3 })], keyring: [keyringCall()] }),
  }),
  runResult({
    uv: "0.9.6",
    observation: observation({
      steps: [step({ exit: 2 })],
      requests: [request({ at: 3, status: 401, authorization: "user-only", secret: null })],
      keyring: [keyringCall({ from: "venv", raised: "NoKeyringError", exit: 1 })],
    }),
  }),
];

const REPORT = {
  scenario: "scenarios/keyring-shadowing.toml",
  result: FOUND,
  runs: RUNS,
  command: ["npx", "uv-mre", "bisect", "scenarios/keyring-shadowing.toml"],
};

test("the first release that knows a step: what the one before lacks is named", () => {
  const outcome: BisectOutcome = {
    kind: "first-supported",
    verdict: "healthy",
    lastBefore: "0.8.14",
    firstChanged: "0.8.15",
    skipped: [],
    newest: "0.8.16",
  };
  const reason = {
    kind: "unknown-argument",
    condition: "step[0].run",
    wanted: "a release that knows `auth`",
    seen: "uv 0.8.14 does not",
  } as const;
  const older = runResult({ uv: "0.8.14", verdict: "unsupported", reasons: [reason] });
  const report = {
    ...REPORT,
    result: { ...FOUND, outcome, probes: [probe("0.8.14", "unsupported"), probe("0.8.15", "healthy")] },
    runs: [older],
  };
  for (const text of [bisectText(report, PLAIN), bisectMarkdown(report).replaceAll(/`(?=0\.)|(?<=\.\d\d)`/g, "")])
    expect(text).toContain("uv 0.8.15 is the first release that knows `auth`, and it is healthy: 0.8.14 is unsupported.");
});

test("Markdown: the answer, what differed, every probe, the command", () => {
  expect(bisectMarkdown(REPORT)).toMatchInlineSnapshot(`
    "# A venv's own keyring shadows the one that has the plugin

    **The bug came with uv \`0.9.6\`: last good \`0.9.5\`, first bad \`0.9.6\`.**

    What lies between: https://github.com/astral-sh/uv/compare/0.9.5...0.9.6

    ## What differed between \`0.9.5\` and \`0.9.6\`

    - step 1, \`uv sync\`: exit 0 became 2
      - changed: \`GET https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\`: \`200, good (private.VssSessionToken)\` became \`401, user-only (VssSessionToken)\`
      - changed: \`keyring get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken\`: \`tool, exit 0\` became \`venv, raised NoKeyringError\`

    ## Releases that were asked

    | uv | verdict | run as number |
    |---|---|---|
    | \`0.9.0\` | healthy | 1 |
    | \`0.9.5\` | healthy | 3 |
    | \`0.9.6\` | reproduced | 5 |
    | \`0.9.7\` | unresolved | 4 |
    | \`0.10.0\` | reproduced | 2 |

    ## Repeat it

    Save the scenario as \`keyring-shadowing.toml\` and run:

    \`\`\`sh
    npx uv-mre bisect keyring-shadowing.toml
    \`\`\`

    \`\`\`toml
    schema = 1
    title = "A venv's own keyring"

    [files]
    "pyproject.toml" = '''
    [project]
    '''
    \`\`\`

    <details>
    <summary>Evidence: uv 0.9.5, healthy</summary>

    \`\`\`console
    $ uv sync
    --- stderr
    Resolved 2 packages
    --- exit 0 after 120 ms
    \`\`\`

    ### Requests and keyring calls

    Bold: a final answer, the last to its method and URL in the step, redirects aside.

    Step 1, \`uv sync\`: 1 request and 1 keyring call

    | time | what | URL or arguments | answer | index | credentials | user | HTTP |
    |---|---|---|---|---|---|---|---|
    | +3 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | **200** | \`private\` | good (\`private.VssSessionToken\`) | \`VssSessionToken\` | \`2.0\` |
    | +5 ms | keyring (tool) | \`get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken\` | \`exit 0\` |  |  |  |  |

    </details>

    <details>
    <summary>Evidence: uv 0.9.6, reproduced</summary>

    \`\`\`console
    $ uv sync
    --- stderr
    Resolved 2 packages
    --- exit 2 after 120 ms
    \`\`\`

    ### Requests and keyring calls

    Bold: a final answer, the last to its method and URL in the step, redirects aside.

    Step 1, \`uv sync\`: 1 request and 1 keyring call

    | time | what | URL or arguments | answer | index | credentials | user | HTTP |
    |---|---|---|---|---|---|---|---|
    | +3 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | **401** | \`private\` | user-only | \`VssSessionToken\` | \`2.0\` |
    | +5 ms | keyring (venv) | \`get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken\` | \`raised NoKeyringError\` |  |  |  |  |

    </details>
    "
  `);
});

test("terminal: the same in short", () => {
  expect(`\n${bisectText(REPORT, PLAIN)}\n`).toMatchInlineSnapshot(`
    "
    scenarios/keyring-shadowing.toml: The bug came with uv 0.9.6: last good 0.9.5, first bad 0.9.6.
      https://github.com/astral-sh/uv/compare/0.9.5...0.9.6
    what differed:
      step 1, uv sync: exit 0 became 2
        changed: GET https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/: 200, good (private.VssSessionToken) became 401, user-only (VssSessionToken)
        changed: keyring get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken: tool, exit 0 became venv, raised NoKeyringError
    5 releases were run:
      0.9.0   healthy
      0.9.5   healthy
      0.9.6   reproduced
      0.9.7   unresolved
      0.10.0  reproduced
    repeat: npx uv-mre bisect scenarios/keyring-shadowing.toml
    "
  `);
});

test("every outcome has its sentence, in both directions", () => {
  const outcomes: BisectOutcome[] = [
    { kind: "found", lastBefore: "0.9.5", firstChanged: "0.9.6" },
    { kind: "range", lastBefore: "0.9.5", firstChanged: "0.9.8", skipped: ["0.9.6", "0.9.7"] },
    { kind: "range", lastBefore: "0.9.5", firstChanged: "0.9.7", skipped: ["0.9.6"] },
    { kind: "same-verdict", verdict: "healthy", oldest: "0.6.6", newest: "0.13.9" },
    { kind: "same-verdict", verdict: "reproduced", oldest: "0.6.6", newest: "0.13.9" },
    { kind: "unresolved-bound", bounds: [probe("0.9.5", "reproduced", "healthy", "healthy")] },
    { kind: "no-verdict" },
  ];
  const say = (direction: "introduced" | "fixed"): string[] =>
    outcomes.map((outcome) => answerWords({ ...FOUND, outcome, direction }, (uv) => uv));
  expect(say("introduced")).toMatchInlineSnapshot(`
    [
      "The bug came with uv 0.9.6: last good 0.9.5, first bad 0.9.6.",
      "The bug came after uv 0.9.5 and not later than 0.9.8: last known good 0.9.5, first known bad 0.9.8. The 2 releases between came to no verdict.",
      "The bug came after uv 0.9.5 and not later than 0.9.7: last known good 0.9.5, first known bad 0.9.7. The release between came to no verdict.",
      "No change found: uv 0.6.6 and 0.13.9 are both healthy. 20 of 25 releases were not asked, at most 20 in a row (0.9.8 to 0.9.27).",
      "No change found: uv 0.6.6 and 0.13.9 are both reproducing it. 20 of 25 releases were not asked, at most 20 in a row (0.9.8 to 0.9.27).",
      "Nothing was searched, because a bound came to no verdict: 0.9.5 is unresolved (flaky: reproduced 1 of 3, healthy 2 of 3).",
      "No release came to a verdict, so there is nothing to search between. 20 of 25 releases were not asked, at most 20 in a row (0.9.8 to 0.9.27).",
    ]
  `);
  expect(say("fixed").slice(0, 2)).toMatchInlineSnapshot(`
    [
      "The bug went with uv 0.9.6: last bad 0.9.5, first good 0.9.6.",
      "The bug went after uv 0.9.5 and not later than 0.9.8: last known bad 0.9.5, first known good 0.9.8. The 2 releases between came to no verdict.",
    ]
  `);
});

test("where nothing was searched, the newest release without a verdict says why", () => {
  const result: BisectResult = {
    ...FOUND,
    outcome: { kind: "unresolved-bound", bounds: [probe("0.9.0", "unresolved"), probe("0.9.10", "unresolved")] },
    probes: [probe("0.9.0", "unresolved"), probe("0.9.10", "unresolved")],
    skipped: ["0.9.0", "0.9.10"],
  };
  const why = (uv: string): RunResult["reasons"] => [
    {
      kind: "condition",
      condition: "step[0].healthy.exit",
      wanted: `exit 0 of ${uv}`,
      seen: "exit status 2",
    },
  ];
  const runs = ["0.9.10", "0.9.0"].map((uv) => runResult({ uv, verdict: "unresolved", claim: "none", reasons: why(uv) }));
  const text = bisectText({ ...REPORT, runs, result });
  expect(text).toContain("  ↳ step[0].healthy.exit: wanted: exit 0 of 0.9.10; seen: exit status 2\n");
  expect(text).not.toContain("wanted: exit 0 of 0.9.0");
  expect(text).toContain("0.9.0   unresolved: exit 0 of 0.9.0; exit status 2");
  expect(bisectMarkdown({ ...REPORT, runs, result })).toContain("Evidence: uv 0.9.10, unresolved");
  expect(bisectText(REPORT)).not.toContain("↳");
});

test("contradictions, advice and flaky repeats are said", () => {
  const result: BisectResult = {
    ...FOUND,
    probes: [
      probe("0.9.5", "healthy", "healthy", "healthy"),
      probe("0.9.6", "reproduced", "reproduced", "reproduced"),
      probe("0.9.7", "healthy", "reproduced", "reproduced"),
    ],
    contradictions: [{ before: probe("0.8.1", "reproduced"), after: probe("0.8.2", "healthy") }],
    advice: "run `uv-mre map`",
  };
  expect(`\n${bisectText({ ...REPORT, runs: [], result }, PLAIN)}\n`).toMatchInlineSnapshot(`
    "
    scenarios/keyring-shadowing.toml: The bug came with uv 0.9.6: last good 0.9.5, first bad 0.9.6.
      https://github.com/astral-sh/uv/compare/0.9.5...0.9.6
    3 releases were run:
      0.9.5  healthy (3 of 3)
      0.9.6  reproduced (3 of 3)
      0.9.7  unresolved (flaky: reproduced 2 of 3, healthy 1 of 3)
    also: 0.8.1 reproduced, 0.8.2 healthy
    run \`uv-mre map\`
    if repeats are independent, and one release shows each verdict at a constant rate: what came in 33 % of the runs of flaky releases is missed by 3 repeats with a chance of 30 %
    repeat: npx uv-mre bisect scenarios/keyring-shadowing.toml
    "
  `);
  expect(bisectMarkdown({ ...REPORT, runs: [], result })).toContain("Other changes seen: `0.8.1` reproduced, `0.8.2` healthy.");
});

test("only plain versions are compared by link", () => {
  expect([compareUrl("0.9.5", "0.9.6"), compareUrl("0.9.5", "x/../y")]).toEqual([
    "https://github.com/astral-sh/uv/compare/0.9.5...0.9.6",
    null,
  ]);
});
