import { runText } from "../../../test/run-text.ts";
import { expect, test } from "vitest";
import { namespacesWanted } from "../../../test/sandbox.ts";

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
  const result = await runText(scenarioText(""), { uv: "0.9.18" });
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
  const result = await runText(scenarioText(', NO_PROXY = "pypi.example.com"'), { uv: "0.9.18", sandbox: "none" });
  expect(result.verdict).toBe("unresolved");
  expect(result.reasons[0]?.seen).toContain("NO_PROXY needs a sandbox");
});

const UNREACHABLE = `schema = 1
title = "hosts that cannot be reached"

[index.unknown]
url = "https://unknown.example.com/simple/"
packages = [{ name = "acme-tools" }]
faults = [{ kind = "no-such-host" }]

[index.refusing]
url = "https://refusing.example.com/simple/"
faults = [{ kind = "connection-refused" }]

[index.silent]
url = "https://silent.example.com/simple/"
faults = [{ kind = "connect-timeout" }]

[env]
UV_HTTP_RETRIES = "0"
UV_HTTP_TIMEOUT = "1"

[[step]]
run = "uv pip install --target lib --index-url {{url.unknown}} acme-tools"
reproduced = { exit = "nonzero", stderr = "Name or service not known" }

[[step]]
run = "uv pip install --target lib --index-url {{url.refusing}} acme-tools"
reproduced = { exit = "nonzero", stderr = "Connection refused" }

[[step]]
run = "uv pip install --target lib --index-url {{url.silent}} acme-tools"
reproduced = { exit = "nonzero", stderr = "timed out" }

[[step]]
set = { index = "unknown", faults = [] }
run = "uv pip install --target lib --index-url {{url.unknown}} acme-tools"
healthy = { exit = 1 }
`;

test.skipIf(!namespacesWanted())(
  "a host that cannot be reached shows as it does without us, in the sandbox that such a scenario takes",
  async () => {
    const result = await runText(UNREACHABLE, { uv: "0.9.18" });
    expect([result.verdict, result.environment.sandbox]).toEqual(["reproduced", "bwrap"]);
    const { requests, steps } = result.observation;
    expect(requests.filter(({ unread }) => unread !== undefined).map(({ step, index, reason }) => `${step} ${index}: ${reason}`)).toEqual([
      "0 unknown: the host's name was asked for and does not resolve",
      "1 refusing: the host's name was asked for, and it refuses connections",
      "2 silent: the host's name was asked for, and it answers no connection",
    ]);
    expect(steps.map(({ exit }) => exit)).toEqual([2, 2, 2, 0]);
  },
);

const OWN_FAULT = `schema = 1
title = "a proxy that is out of reach"

[proxy]
faults = [{ kind = "connection-refused" }]

[index.private]
url = "https://pypi.example.com/simple/"
packages = [{ name = "acme-tools" }]

[home]
".config/uv/uv.toml" = 'https-proxy = "{{url.proxy}}"'

[env]
UV_HTTP_RETRIES = "0"

[[step]]
run = "uv pip install --target lib --index-url {{url.private}} acme-tools"
reproduced = { exit = "nonzero", stderr = "Connection refused" }

[[step]]
set = { index = "proxy", faults = [] }
run = "uv pip install --target lib --index-url {{url.private}} acme-tools"
healthy = { exit = 1 }
`;

test.skipIf(!namespacesWanted())("a proxy of uv's settings that is out of reach shows as it does without us", async () => {
  const result = await runText(OWN_FAULT, { uv: "0.13.9" });
  expect([result.verdict, result.environment.sandbox]).toEqual(["reproduced", "bwrap"]);
  const { requests, steps } = result.observation;
  expect(requests.map(({ step, index, status }) => `${step} ${index} ${status}`)).toEqual([
    "0 proxy 0",
    "1 proxy 200",
    ...requests.slice(2).map(() => "1 private 200"),
  ]);
  expect(steps.map(({ exit }) => exit)).toEqual([2, 0]);
});

test("outside a sandbox, a host that cannot be reached is no verdict", async () => {
  const result = await runText(UNREACHABLE, { uv: "0.9.18", sandbox: "none" });
  expect([result.verdict, result.observation.steps]).toEqual(["unresolved", []]);
  expect(result.reasons[0]?.seen).toContain('a fault of kind "no-such-host" needs a sandbox');
});
