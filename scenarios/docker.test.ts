import { globSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadScenarios, openHarness, runScenario } from "../src/index.ts";
import { dockerMissing, dockerNote } from "../test/docker.ts";
import { WHOLE } from "../test/product/extent.ts";
import { shownBy } from "../test/shown-by.ts";

const shipped = await loadScenarios(globSync("scenarios/**/*.toml").sort());
/** Of different kinds; `npm run test:all` takes more. */
const FEW = ["keyring-shadowing", "git-credentials-in-lock", "proxy-breaks-tls", "tls-client-certificate"];
const scenarios = shipped.filter(({ file }, place) => (WHOLE ? place % 8 === 5 : FEW.includes(path.basename(file, ".toml"))));
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());

describe.skipIf(dockerMissing !== null)(`in a container of its own${dockerNote}, a shipped scenario shows the same`, () => {
  it.for(scenarios)("$file", { timeout: 180_000 }, async (scenario, { signal }) => {
    const release = await harness.release("0.9.5");
    const bare = await runScenario(harness, scenario, release, { sandbox: "none", signal });
    const apart = await runScenario(harness, scenario, release, { sandbox: "docker", signal });
    expect(shownBy(apart)).toEqual(shownBy(bare));
    if (bare.verdict === "unsupported") return;
    expect([bare.environment.sandbox, apart.environment.sandbox]).toEqual(["none", "docker"]);
    expect(apart.environment.added.map(({ name }) => name)).not.toContain("HTTPS_PROXY");
  });
});
