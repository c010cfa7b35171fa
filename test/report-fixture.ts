import type { Probe } from "../src/bisect/model.ts";
import type { Sample } from "../src/explore/search.ts";
import type { KeyringRecord, Observation, RequestRecord, StepRecord, Verdict } from "../src/observation/model.ts";
import type { BisectReport } from "../src/report/bisect.ts";
import type { ExploreReport } from "../src/report/explore.ts";
import type { MapReport } from "../src/report/map.ts";
import type { RunResult } from "../src/report/model.ts";
import type { SearchReport } from "../src/report/reported.ts";
import type { Factor } from "../src/scenario/vary.ts";
import type { Scenario } from "../src/scenario/model.ts";
import { plainIndex, plainStep } from "./scenario-fixture.ts";

// Hand-made results for the tests of `report/` and of `cli/render/`.

const INDEX_URL = "https://feeds.example.com/acme/_packaging/main/pypi/simple/";

export function step(over: Partial<StepRecord> = {}): StepRecord {
  return {
    argv: ["uv", "sync"],
    exit: 0,
    signal: null,
    timedOut: false,
    durationMs: 120,
    stdout: "",
    stderr: "Resolved 2 packages\n",
    startedAt: 0,
    ...over,
  };
}

export function request(over: Partial<RequestRecord> = {}): RequestRecord {
  return {
    step: 0,
    index: "private",
    method: "GET",
    url: `${INDEX_URL}transitive/`,
    status: 200,
    final: true,
    user: "VssSessionToken",
    authorization: "good",
    secret: "private.VssSessionToken",
    httpVersion: "2.0",
    range: null,
    location: null,
    at: 10,
    ...over,
  };
}

export function keyringCall(over: Partial<KeyringRecord> = {}): KeyringRecord {
  return {
    step: 0,
    from: "tool",
    argv: ["get", `${INDEX_URL}transitive/`, "VssSessionToken"],
    raised: null,
    exit: 0,
    finished: true,
    prefix: "$TOOLS/keyring",
    at: 5,
    durationMs: 300,
    ...over,
  };
}

export function observation(over: Partial<Observation> = {}): Observation {
  return { steps: [], requests: [], keyring: [], files: [], leaks: [], trouble: [], ...over };
}

const shadowed: Observation = observation({
  steps: [
    step(),
    step({
      argv: ["uv", "sync", "--no-cache", "--upgrade"],
      exit: 2,
      startedAt: 1_000,
      durationMs: 640.4,
      stderr: "error: Failed to fetch\n  cause: 401 Unauthorized\n",
    }),
  ],
  requests: [
    request({ status: 401, final: false, authorization: "user-only", secret: null, at: 4 }),
    request({ at: 330 }),
    request({ step: 1, status: 401, final: true, authorization: "user-only", secret: null, at: 1_012 }),
  ],
  keyring: [keyringCall({ at: 8 }), keyringCall({ step: 1, from: "venv", raised: "NoKeyringError", exit: 1, at: 1_015 })],
});

const index = plainIndex({
  name: "private",
  flavour: "azure-devops",
  url: INDEX_URL,
  users: [{ name: "VssSessionToken", state: "good" }],
});

const definition: Scenario = {
  title: "A venv's own keyring shadows the one that has the plugin",
  description: "uv runs the first keyring on PATH.",
  issue: "astral-sh/uv#16402",
  supported: ">=0.6.6",
  asOf: "2026-11-01",
  indexes: [index],
  defaultIndex: { ...index, name: "default", users: [] },
  keyring: { tool: ["private"], answers: null },
  files: { "pyproject.toml": '[project]\nname = "app"\n' },
  home: {},
  env: {},
  venv: { state: "absent", packages: [], path: ".venv" },
  steps: [
    plainStep(),
    plainStep({
      argv: ["uv", "sync", "--no-cache", "--upgrade"],
      venv: "active",
      exit: "any",
      reproduced: [
        { path: "step[1].reproduced.exit", kind: "exit", exit: "nonzero" },
        {
          path: "step[1].reproduced.keyring.any",
          kind: "keyring",
          quantifier: "any",
          match: { from: ["venv"], raised: ["NoKeyringError"] },
        },
        { path: "step[1].reproduced.final.any", kind: "final", quantifier: "any", match: { index: ["private"], status: [401, 403] } },
      ],
      healthy: [
        { path: "step[1].healthy.exit", kind: "exit", exit: [0] },
        { path: "step[1].healthy.final.every", kind: "final", quantifier: "every", match: { index: ["private"], status: [200] } },
      ],
    }),
  ],
  claims: [{ releases: ">=0.6.6", verdict: "reproduced" }],
};

/** The keyring-shadowing scenario, reproduced with uv 0.9.5, unless said otherwise. */
export function runResult(over: Partial<RunResult> = {}): RunResult {
  return {
    scenario: "scenarios/keyring-shadowing.toml",
    title: definition.title,
    uv: "0.9.5",
    uvBinary: null,
    verdict: "reproduced",
    evidence: "facts",
    reasons: [],
    claim: "held",
    claimed: "reproduced",
    durationMs: 2_310.4,
    cached: false,
    observation: shadowed,
    folder: null,
    verboseLog: null,
    environment: {
      added: [
        { name: "HTTPS_PROXY", value: "http://127.0.0.1:40001", why: "answers for the scenario's hosts" },
        { name: "SSL_CERT_FILE", value: "$WORK/ca.pem", why: "trusts the scenario's certificates" },
      ],
      python: "3.11.7",
      platform: "Linux 6.8.0 x86_64",
      node: "v24.21.0",
      toolVersion: "0.1.0",
      sandbox: "none",
    },
    scenarioText: "schema = 1\ntitle = \"A venv's own keyring\"\n\n[files]\n\"pyproject.toml\" = '''\n[project]\n'''\n",
    definition,
    filledFiles: null,
    ...over,
  };
}

/** A run that came to nothing, with the reason that the judge gives. */
export function unresolvedResult(over: Partial<RunResult> = {}): RunResult {
  return runResult({
    verdict: "unresolved",
    evidence: null,
    claim: "none",
    claimed: null,
    reasons: [{ kind: "condition", condition: "step[1].healthy.exit", wanted: "exit 0", seen: "exit 2" }],
    ...over,
  });
}

const probe = (uv: string, verdict: Verdict): Probe => ({ uv, verdict, verdicts: [verdict], flaky: false });

/** A bisection that found the bug to come with 0.9.5, and its runs. */
export function bisectReport(over: Partial<BisectReport> = {}): SearchReport {
  const healthy = observation({ steps: [step(), step()], requests: [request({ step: 1 })] });
  return {
    kind: "bisect",
    scenario: "scenarios/keyring-shadowing.toml",
    command: ["npx", "uv-mre", "bisect", "scenarios/keyring-shadowing.toml"],
    runs: [
      runResult(),
      runResult({ uv: "0.9.4", verdict: "healthy", claim: "none", observation: healthy }),
      runResult({ uv: "0.9.1", verdict: "healthy", claim: "none", observation: healthy }),
    ],
    result: {
      outcome: { kind: "found", lastBefore: "0.9.4", firstChanged: "0.9.5" },
      given: { good: null, bad: null },
      coverage: { asked: 3, unasked: 2, beyondSupport: 0, longest: { from: "0.9.2", to: "0.9.3", count: 2 } },
      good: "0.9.4",
      bad: "0.9.5",
      direction: "introduced",
      probes: [probe("0.9.5", "reproduced"), probe("0.9.1", "healthy"), probe("0.9.4", "healthy")],
      skipped: [],
      contradictions: [],
      advice: null,
      rounds: 1,
    },
    ...over,
  };
}

/** A map that ran three of four releases. */
export function mapReport(over: Partial<MapReport> = {}): SearchReport {
  const { runs } = bisectReport() as { readonly runs: readonly RunResult[] };
  return {
    kind: "map",
    scenario: "scenarios/map.toml",
    command: ["npx", "uv-mre", "map", "scenarios/map.toml", "--sample"],
    runs: runs.map((run) => ({ ...run, scenario: "scenarios/map.toml" })),
    result: {
      versions: ["0.9.1", "0.9.2", "0.9.4", "0.9.5"],
      segments: [
        { from: "0.9.1", to: "0.9.4", verdict: "healthy", probed: ["0.9.1", "0.9.4"], inferred: ["0.9.2"] },
        { from: "0.9.5", to: "0.9.5", verdict: "reproduced", probed: ["0.9.5"], inferred: [] },
      ],
      probes: [probe("0.9.1", "healthy"), probe("0.9.4", "healthy"), probe("0.9.5", "reproduced")],
      exhaustive: false,
      widestGap: 1,
    },
    ...over,
  };
}

/** An exploration that found one cause of one factor. */
export function exploreReport(over: Partial<ExploreReport> = {}): SearchReport {
  const bad = [{ axis: "UV_INDEX", option: "user name alone" }];
  const sample = (factors: readonly Factor[], verdict: Verdict): Sample => ({ factors, verdict, signature: verdict, reason: null });
  const [start, shows] = [sample([], "healthy"), sample(bad, "reproduced")];
  const scenario = "scenarios/explore.toml";
  return {
    kind: "explore",
    scenario,
    uv: "0.9.5",
    axes: [{ name: "UV_INDEX", options: ["not set", "user name alone"] }],
    command: ["npx", "uv-mre", "explore", scenario, "--uv", "0.9.5"],
    result: {
      start,
      causes: [{ factors: bad, necessary: [{ factor: bad[0]!, without: start, proven: true }], reduced: true }],
      samples: [start, shows],
      depth: 2,
      stopped: false,
      exhausted: false,
      interrupted: false,
      conflicting: 0,
      dropped: [],
      unchanged: [],
    },
    runs: [
      {
        factors: [],
        run: runResult({ scenario, verdict: "healthy", claim: "none", observation: observation({ steps: [step(), step()] }) }),
      },
      { factors: bad, run: runResult({ scenario, claim: "none" }) },
    ],
    written: [{ text: 'schema = 1\ntitle = "the cause"\n', file: null, uv: "0.9.5" }],
    ...over,
  };
}
