import { afterAll, describe, expect, it } from "vitest";
import { type Fault, type Index, type LoadedScenario, explainRun, loadScenarios, openHarness, runScenario } from "../src/index.ts";

// Trouble of the registry is not the bug, and not health either: with a fault on every index, each shipped scenario
// comes to what it claims, or stays unresolved.
const scenarios = await loadScenarios(["scenarios"]);
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());
const [latest = ""] = await harness.select(["latest"]);
const release = await harness.release(latest);

const fault = (kind: Fault["kind"], more: Partial<Fault> = {}): Partial<Index> => ({
  faults: [{ kind, for: "any", when: "always", status: 503, retryAfterSeconds: null, delayMs: 5, ...more }],
});
const TROUBLES: Readonly<Record<string, Partial<Index>>> = {
  "401 always": fault("status", { status: 401 }),
  "401 for files": fault("status", { status: 401, for: "files" }),
  "401 for the second request": fault("status", { status: 401, when: { nth: 2 } }),
  "404 for pages": fault("status", { status: 404, for: "pages" }),
  "429 for the first request": fault("status", { status: 429, retryAfterSeconds: 1, when: { nth: 1 } }),
  "503 always": fault("status"),
  "503 half of the time": fault("status", { when: { rate: 0.5, seed: 1 } }),
  delay: fault("delay"),
  "drop for files": fault("drop", { for: "files" }),
  "drop the second request": fault("drop", { when: { nth: 2 } }),
  truncate: fault("truncate"),
  "revoke from the second on": fault("revoke", { when: { from: 2 } }),
  "expired certificate": { certificate: "expired" },
  "untrusted certificate": { certificate: "untrusted" },
};

/** With the fault on every index. */
function withTrouble(
  { scenario, ...loaded }: LoadedScenario,
  trouble: Partial<Index>,
  env: Readonly<Record<string, string>>,
): LoadedScenario {
  const indexes = scenario.indexes.map((index) => ({ ...index, ...trouble, faults: [...(trouble.faults ?? []), ...index.faults] }));
  return { ...loaded, scenario: { ...scenario, indexes, env: { ...env, ...scenario.env } } };
}

describe.each(scenarios.map((loaded) => ({ file: loaded.file, loaded })))("$file", ({ loaded }) => {
  it.concurrent.each(Object.entries(TROUBLES))("%s", async (_, trouble) => {
    const result = await runScenario(harness, withTrouble(loaded, trouble, { UV_HTTP_RETRIES: "0" }), release);
    const fits = result.verdict === "unresolved" || result.verdict === result.claimed;
    expect(fits ? "" : explainRun(result)).toBe("");
  });
});

describe("where uv tries again by itself", () => {
  const passing = scenarios.filter(({ file }) => /\/(env-credentials|login-host|keyring-venv-not-active)\.toml$/.test(file));
  const troubles = ["429 for the first request", "drop the second request"] as const;
  it.each(passing.flatMap((loaded) => troubles.map((trouble) => ({ file: loaded.file, trouble, loaded }))))(
    "$file: $trouble",
    async ({ loaded, trouble }) => {
      const result = await runScenario(harness, withTrouble(loaded, TROUBLES[trouble] ?? {}, {}), release);
      expect(result.observation.requests.map(({ status }) => status)).toContain(trouble.startsWith("429") ? 429 : 0);
      expect(result.verdict === result.claimed ? "" : explainRun(result)).toBe("");
    },
  );
  it("is tried with three scenarios", () => expect(passing).toHaveLength(3));
});
