import { expect, test } from "vitest";
import { put } from "../../../test/e2e/command.ts";
import { temporaryFolder } from "../../../test/real-tools.ts";
import { openHarness } from "../harness/open-harness.ts";
import { loadScenarios } from "../load.ts";
import { runScenario } from "./run-scenario.ts";

const scenarioText = (last: string): string => `schema = 1
title = "a company's proxy"

[proxy]
users = ["alice", { name = "old", state = "expired" }]
breaks-tls = true

[index.private]
url = "https://pypi.example.com/simple/"
user = "bob"
packages = [{ name = "acme-tools" }]

[env]
UV_HTTP_RETRIES = "0"

[[step]]
env = { HTTPS_PROXY = "{{url.proxy}}" }
run = "uv pip install --target lib --index-url {{login.private}} acme-tools"
exit = "nonzero"

[[step]]
env = { HTTPS_PROXY = "{{login.proxy.old}}" }
run = "uv pip install --target lib --index-url {{login.private}} acme-tools"
exit = "nonzero"

[[step]]
env = { HTTPS_PROXY = "{{login.proxy.alice}}" }
run = "uv pip install --target lib --index-url {{login.private}} acme-tools"
exit = "nonzero"

[[step]]
env = { HTTPS_PROXY = "{{login.proxy.alice}}", SSL_CERT_FILE = "{{proxy-ca}}"${last} }
run = "uv pip install --target lib --index-url {{login.private}} acme-tools"
reproduced = { exit = "nonzero", request.any = { index = "proxy", status = 407 } }
healthy = { exit = 0, final.any = [{ index = "private", status = 200 }, { index = "proxy", status = 200 }] }
`;

test("a proxy lets those pass whom it knows, and its certificates are trusted by those who have its CA", async () => {
  await using folder = await temporaryFolder();
  await using harness = await openHarness();
  const [loaded] = await loadScenarios([await put(folder.path, "proxy.toml", scenarioText(""))]);
  const result = await runScenario(harness, loaded!, await harness.release("0.9.18"));
  expect(result.reasons).toEqual([]);
  expect(result.verdict).toBe("healthy");
  const { requests, steps } = result.observation;
  expect(requests.filter(({ index }) => index === "proxy").map(({ step, status, secret }) => [step, status, secret])).toEqual([
    [0, 407, null],
    [1, 407, "proxy.old"],
    [2, 200, "proxy.alice"],
    [3, 200, "proxy.alice"],
  ]);
  expect(new Set(requests.filter(({ index, status }) => index === "private" && status === 200).map(({ step }) => step))).toEqual(
    new Set([3]),
  );
  expect(steps[2]?.stderr).toContain("UnknownIssuer");
});

test("hosts are reached without any proxy in a sandbox alone", async () => {
  await using folder = await temporaryFolder();
  await using harness = await openHarness({ sandbox: "none" });
  const [loaded] = await loadScenarios([await put(folder.path, "proxy.toml", scenarioText(', NO_PROXY = "pypi.example.com"'))]);
  const result = await runScenario(harness, loaded!, await harness.release("0.9.18"));
  expect(result.verdict).toBe("unresolved");
  expect(result.reasons[0]?.seen).toContain("NO_PROXY needs `--sandbox bwrap`");
});
