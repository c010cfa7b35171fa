import type { KeyringRecord, Observation, RequestRecord, StepRecord } from "../src/observation/model.ts";
import type { RunResult } from "../src/report/model.ts";
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
