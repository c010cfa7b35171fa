import { globSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadScenarios, openHarness } from "../src/index.ts";
import { dockerMissing, dockerNote } from "../test/docker.ts";
import { WHOLE } from "../test/product/extent.ts";
import { needsSandbox } from "../test/sandbox.ts";
import { bothWays } from "../test/shown-by.ts";

const all = await loadScenarios(globSync("scenarios/**/*.toml").sort());
const shipped = all.filter((each) => !needsSandbox(each));
/** Of different kinds; `npm run test:all` takes more. */
const FEW = ["keyring-shadowing", "git-credentials-in-lock", "proxy-breaks-tls", "tls-client-certificate"];
const scenarios = shipped.filter(({ file }, place) => (WHOLE ? place % 8 === 5 : FEW.includes(path.basename(file, ".toml"))));
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());

describe.skipIf(dockerMissing !== null)(`in a container of its own${dockerNote}, a shipped scenario shows the same`, () => {
  it.for(scenarios)("$file", { timeout: 180_000 }, async (scenario, { signal }) => {
    const { bare, apart } = await bothWays("docker", { harness, scenario, uv: "0.9.5", signal });
    expect(apart).toEqual(bare);
  });
});
