import { afterAll, expect, it } from "vitest";
import { type LoadedScenario, loadScenarios, mapScenario, openHarness, runScenario } from "../src/index.ts";
import { put } from "../test/e2e/command.ts";
import { WHOLE } from "../test/product/extent.ts";
import { temporaryFolder } from "../test/real-tools.ts";

const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());
await using folder = await temporaryFolder();

async function plain(scheme: "http" | "https"): Promise<LoadedScenario> {
  const url = `${scheme}://packages.example.com/simple/`;
  const text = `schema = 1
title = "A plain uv venv and uv pip install"

[index.private]
url = "${url}"
packages = [{ name = "sandbox" }]

[[step]]
run = "uv venv"
reproduced = { exit = "nonzero" }
healthy = { exit = 0, file.every = { path = ".venv/pyvenv.cfg", exists = true } }

[[step]]
run = "uv pip install --index-url ${url} sandbox"
reproduced = { exit = "nonzero" }
healthy = { exit = 0, final.every = { index = "private", status = [200, 206] } }
`;
  const [scenario] = await loadScenarios([await put(folder.path, `${scheme}.toml`, text)]);
  if (scenario === undefined) throw new Error("no scenario was read");
  return scenario;
}

it("every release makes a venv and installs into it", { timeout: 3_600_000 }, async () => {
  const uv = WHOLE ? ["all"] : ["oldest", "0.1.18", "latest"];
  const { result } = await mapScenario(harness, await plain("http"), { uv, useCache: false });
  expect(result.segments.map(({ verdict, from, to }) => ({ verdict, from, to }))).toEqual([
    { verdict: "healthy", from: result.versions[0], to: result.versions.at(-1) },
  ]);
  expect([result.exhaustive, result.versions.length >= (WHOLE ? 333 : 3)]).toEqual([true, true]);
});

it.each(WHOLE ? ["0.0.5", "0.1.0", "0.1.1", "0.1.2", "0.1.18"] : ["0.1.18"])(
  "uv %s trusts only the certificates that it carries: over https it comes to no verdict, and the journal says why",
  async (uv) => {
    const { verdict, observation } = await runScenario(harness, await plain("https"), await harness.release(uv));
    expect([verdict, observation.requests.find(({ unread }) => unread !== undefined)?.reason]).toEqual([
      "unresolved",
      // The alert is read where it comes before the connection's end.
      expect.stringMatching(/^the client closed the connection during the TLS handshake$|^the TLS handshake failed: .*unknown ca/),
    ]);
  },
);
