import { afterAll, describe, expect, it } from "vitest";
import { type Fault, type Index, explainRun, loadScenarios, openHarness, runScenario } from "../src/index.ts";

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
  "503 half of the time": fault("status", { when: { rate: 0.5, seed: 1 } }),
  delay: fault("delay"),
  "drop for files": fault("drop", { for: "files" }),
  truncate: fault("truncate"),
  "revoke from the second on": fault("revoke", { when: { from: 2 } }),
  "expired certificate": { certificate: "expired" },
};

describe.each(scenarios.map((loaded) => ({ file: loaded.file, loaded })))("$file", ({ loaded }) => {
  it.concurrent.each(Object.entries(TROUBLES))("%s", async (_, trouble) => {
    const { scenario } = loaded;
    const indexes = scenario.indexes.map((index) => ({ ...index, ...trouble, faults: [...(trouble.faults ?? []), ...index.faults] }));
    const env = { UV_HTTP_RETRIES: "0", ...scenario.env };
    const result = await runScenario(harness, { ...loaded, scenario: { ...scenario, indexes, env } }, release);
    const fits = result.verdict === "unresolved" || result.verdict === result.claimed;
    expect(fits ? "" : explainRun(result)).toBe("");
  });
});
