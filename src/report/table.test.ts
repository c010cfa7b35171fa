import { describe, expect, test } from "vitest";
import { keyringCall, observation, request, runResult, step, unresolvedResult } from "../../test/report-fixture.ts";
import { plainStep } from "../../test/scenario-fixture.ts";
import type { RunResult } from "./model.ts";
import { PLAIN, type Paint } from "./paint.ts";
import { summaryWords } from "./summary.ts";
import { toMarkdown } from "./markdown.ts";
import { resultTable } from "./table.ts";
import { timelineText } from "./timeline-text.ts";
import { displayWidth } from "../observation/visible-text.ts";

const leaks = [{ step: 1, where: "stderr", secret: "private.u", form: "base64" as const }];
const RESULTS = [
  runResult(),
  unresolvedResult({ uv: "0.9.18" }),
  runResult({ uv: "0.13.9", verdict: "healthy", claim: "contradicted", cached: true }),
  runResult({ scenario: "b.toml", uv: "0.14.0", uvBinary: "../target/debug/uv", observation: observation({ leaks }) }),
];

describe("the final table", () => {
  test("shows a row a run, and reasons below those that need them", () => {
    expect(`\n${resultTable(RESULTS, { width: 90, paint: PLAIN })}\n`).toMatchInlineSnapshot(`
      "
      SCENARIO                          UV      VERDICT     CLAIM         TIME
      scenarios/keyring-shadowing.toml  0.9.5   reproduced  held          2.3 s
      scenarios/keyring-shadowing.toml  0.9.18  unresolved  –             2.3 s
        ↳ step[1].healthy.exit: wanted: exit 0; seen: exit 2
        ↳ step 2, \`uv sync --no-cache --upgrade\`: exit 2 after 640 ms; its last lines:
            error: Failed to fetch
              cause: 401 Unauthorized
      scenarios/keyring-shadowing.toml  0.13.9  healthy     contradicted  2.3 s (cached)
        ↳ the scenario claims reproduced for this release
      b.toml                            0.14.0  reproduced  held          2.3 s
        ↳ binary: ../target/debug/uv
        ↳ leak: step 2 wrote the secret of private.u (base64) to stderr
      "
    `);
  });

  test("a verdict that rests on exit statuses alone says so, and that its claim is not compared", () => {
    const run = runResult({ evidence: "exit-status", claim: "none", claimed: "healthy" });
    expect(`\n${resultTable([run, runResult({ evidence: "exit-status" })], { width: 90, paint: PLAIN })}\n`).toMatchInlineSnapshot(`
      "
      SCENARIO                          UV     VERDICT                        CLAIM  TIME
      scenarios/keyring-shadowing.toml  0.9.5  reproduced (exit status only)  –      2.3 s
        ↳ an exit status alone is no evidence, so the claim is not compared: add a condition on
          a request, a keyring call or a file, or give --accept-exit-status
      scenarios/keyring-shadowing.toml  0.9.5  reproduced (exit status only)  held   2.3 s
      "
    `);
    expect(summaryWords([run, runResult()])).toBe("2 runs: 1 reproduced, 1 reproduced (exit status only); 1 claim held, 0 contradicted");
    expect(toMarkdown([run])).toContain("**Reproduced (exit status only)** with uv `0.9.5`");
  });

  test("an unresolved run shows how the steps ended that its reasons name, and the end of what they printed, once", () => {
    const { definition } = runResult();
    // As `state = "synced"` does: the reasons count the scenario's own steps.
    const synced = { ...definition, venv: { ...definition.venv, state: "synced" as const }, steps: [plainStep(), ...definition.steps] };
    const noise = Array.from({ length: 20 }, (_, line) => `line ${line}`);
    const steps = [
      step({ stderr: "the harness's own\n" }),
      step({ exit: null, signal: "SIGKILL", stderr: "", stdout: "" }),
      step({ exit: 1, stdout: "out\n", stderr: [...noise, "", `\terror: ${"word ".repeat(30)}`, "    hint\u001b[2J"].join("\n") }),
    ];
    const reason = { kind: "condition" as const, wanted: "w", seen: "s" };
    const run = (uv: string, conditions: (string | null)[]): RunResult =>
      unresolvedResult({
        uv,
        definition: synced,
        observation: observation({ steps }),
        reasons: conditions.map((condition) => ({ ...reason, condition })),
      });
    const runs = [
      run("0.9.5", ["step[1].healthy.exit", "step[0]"]),
      run("0.9.6", [null]),
      runResult({ observation: observation({ steps }) }),
    ];
    expect(`\n${resultTable(runs, { width: 90, paint: PLAIN })}\n`).toMatchInlineSnapshot(`
      "
      SCENARIO                          UV     VERDICT     CLAIM  TIME
      scenarios/keyring-shadowing.toml  0.9.5  unresolved  –      2.3 s
        ↳ step[1].healthy.exit: wanted: w; seen: s
        ↳ step[0]: wanted: w; seen: s
        ↳ step 2, \`uv sync\`: killed by SIGKILL after 120 ms, without a word
        ↳ step 3, \`uv sync\`: exit 1 after 120 ms; its last lines:
            line 13
            line 14
            line 15
            line 16
            line 17
            line 18
            line 19
                error: word word word word word word word word word word word word word word
                word word word word word word word word word word word word word word word word
                hint\\x1b[2J
      scenarios/keyring-shadowing.toml  0.9.6  unresolved  –      2.3 s
        ↳ condition: wanted: w; seen: s
        ↳ step 3, \`uv sync\`: exit 1 after 120 ms; its last lines are those with uv 0.9.5
      scenarios/keyring-shadowing.toml  0.9.5  reproduced  held   2.3 s
      "
    `);
  });

  test("is as narrow as the terminal", () => {
    const long = unresolvedResult({
      scenario: `scenarios/${"deep/".repeat(30)}keyring.toml`,
      reasons: [{ kind: "condition", condition: "step[0].healthy.exit", wanted: "w".repeat(200), seen: "many words ".repeat(20) }],
    });
    for (const width of [72, 80, 140]) {
      const widest = Math.max(
        ...resultTable([long, ...RESULTS], { width, paint: PLAIN })
          .split("\n")
          .map(displayWidth),
      );
      expect(widest).toBeLessThanOrEqual(width);
    }
    expect(resultTable([long], { width: 72, paint: PLAIN })).toContain("deep/keyring.toml");
  });

  test("cuts no name where there is no terminal, and breaks text all the same", () => {
    const scenario = `scenarios/${"deep/".repeat(30)}keyring.toml`;
    const reasons = [{ kind: "trouble" as const, condition: null, wanted: "w", seen: "many words ".repeat(40) }];
    const [, row, ...notes] = resultTable([unresolvedResult({ scenario, reasons })], { width: Infinity, paint: PLAIN }).split("\n");
    expect([row?.startsWith(scenario), Math.max(...notes.map(displayWidth))]).toEqual([true, 100]);
  });

  test("colours change nothing but colours", () => {
    const mark = (text: string): string => `\u001b[1m${text}\u001b[0m`;
    const paint: Paint = { bold: mark, dim: mark, red: mark, green: mark, yellow: mark, cyan: mark };
    const painted = resultTable(RESULTS, { width: 90, paint });
    expect(painted).not.toBe(resultTable(RESULTS, { width: 90, paint: PLAIN }));
    // oxlint-disable-next-line no-control-regex -- the mark is one
    expect(painted.replaceAll(/\u001b\[\dm/gu, "")).toBe(resultTable(RESULTS, { width: 90, paint: PLAIN }));
  });

  test("obeys no control character of a run", () => {
    const hostile = unresolvedResult({
      scenario: "a\u001b[2J.toml",
      reasons: [{ kind: "trouble", condition: null, wanted: "\u0007", seen: "x\ny" }],
    });
    // oxlint-disable-next-line no-control-regex -- to find none is the point
    expect(resultTable([hostile], { width: 80, paint: PLAIN })).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u);
  });
});

test("the summary counts runs, claims and leaks", () => {
  expect([RESULTS, RESULTS.slice(0, 1), RESULTS.slice(1, 2), []].map(summaryWords)).toMatchInlineSnapshot(`
    [
      "4 runs: 2 reproduced, 1 healthy, 1 unresolved; 2 claims held, 1 contradicted; 1 leak",
      "1 run: 1 reproduced; 1 claim held, 0 contradicted",
      "1 run: 1 unresolved",
      "0 runs",
    ]
  `);
});

test("the time line interleaves requests and keyring calls on one clock", () => {
  expect(`\n${timelineText(runResult(), { width: 110, paint: PLAIN })}\n`).toMatchInlineSnapshot(`
    "
    scenarios/keyring-shadowing.toml uv 0.9.5  reproduced
      $ uv sync  (exit 0 after 120 ms)
          +4 ms    401 GET HTTP/2.0 user-only (VssSessionToken)
                   https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/
          +8 ms    keyring (tool) exit 0: get
                   https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken
        +330 ms  * 200 GET HTTP/2.0 good (private.VssSessionToken)
                   https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/
      $ uv sync --no-cache --upgrade  (exit 2 after 640 ms)
        +12 ms  * 401 GET HTTP/2.0 user-only (VssSessionToken)
                  https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/
        +15 ms    keyring (venv) raised NoKeyringError: get
                  https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken
    "
  `);
});

test("the time line counts repetition, and shows what came before the first step", () => {
  const run = runResult({
    observation: observation({
      steps: [step({ startedAt: 100, exit: null, signal: "SIGKILL", timedOut: true })],
      requests: [
        request({
          step: -1,
          method: "HEAD",
          at: 50,
          index: null,
          user: null,
          secret: null,
          authorization: "none",
          url: "https://a.example.com/",
        }),
        ...[110, 120, 130].map((at) => request({ at, status: 0, final: at === 130, range: "bytes=0-9" })),
        request({ at: 140, status: 302, location: "https://b.example.com/x", url: "https://a.example.com/x" }),
      ],
      keyring: [keyringCall({ at: 125, finished: false, exit: null }), keyringCall({ at: 150, exit: null })],
    }),
  });
  expect(`\n${timelineText(run, { width: 160, paint: PLAIN })}\n`).toMatchInlineSnapshot(`
    "
    scenarios/keyring-shadowing.toml uv 0.9.5  reproduced
      before the first step
        +0 ms  * 200 HEAD HTTP/2.0 none https://a.example.com/
      $ uv sync  (killed by SIGKILL after 120 ms (timed out))
        (2 ×) +10 … +20 ms    no answer GET HTTP/2.0 good (private.VssSessionToken) bytes=0-9 https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/
                    +25 ms    keyring (tool) unfinished: get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken
                    +30 ms  * no answer GET HTTP/2.0 good (private.VssSessionToken) bytes=0-9 https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/
                    +40 ms  * 302 GET HTTP/2.0 good (private.VssSessionToken) https://a.example.com/x → https://b.example.com/x
                    +50 ms    keyring (tool) exit unknown: get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken
    "
  `);
});
