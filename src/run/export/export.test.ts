import { afterAll, beforeAll, expect, test } from "vitest";
import { exportScenario } from "./export.ts";
import { verifyScript } from "./export-verify.ts";
import type { Harness } from "../harness/harness.ts";
import { type LoadedScenario, loadScenarios } from "../load-scenarios.ts";
import { openHarness } from "../harness/open-harness.ts";

const [loaded] = await loadScenarios(["scenarios/env-credentials.toml"]);
if (loaded === undefined) throw new Error("env-credentials.toml is gone");
let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

test("a script that answers otherwise than our index is found out", async () => {
  const script = (await exportScenario(harness, loaded)).script(null).replace(/\[401,(?=\{.*"www-authenticate")/, "[403,");
  const { difference } = await verifyScript(harness, loaded, script, await harness.release("0.9.5"));
  expect(difference.map((line) => line.replace(/https:\S+/, "URL"))).toMatchInlineSnapshot(`
    [
      "only uv-mre: step 1: private GET URL 401, none",
      "only the export: step 1: private GET URL 403, none",
    ]
  `);
});

test("what a script cannot express is refused, all of it at once", async () => {
  const { scenario } = loaded;
  const indexes = scenario.indexes.map((index) => ({
    ...index,
    backend: "pypiserver" as const,
    packages: index.packages.map((pkg) => (pkg.kind === "generated" ? { ...pkg, formats: ["sdist" as const] } : pkg)),
  }));
  const exported = await exportScenario(harness, { ...loaded, scenario: { ...scenario, indexes } });
  expect(() => exported.script(null)).toThrowErrorMatchingInlineSnapshot(`
    [UserError: this scenario cannot be exported:
      index.private.backend: a script that needs only uv and Python 3 cannot start a pypiserver
      index.private.packages: sandbox: the script builds wheels only, no sdists]
  `);
});

test("a keyring that the scenario writes is refused where a condition is about keyring, since the script does not see it", async () => {
  const { scenario } = loaded;
  const home = { ...scenario.home, ".local/bin/keyring": "#!/bin/sh\nexit 1\n" };
  const conditions = [{ kind: "keyring", path: "step[0].healthy.keyring.none", quantifier: "none", match: {} }] as const;
  const steps = scenario.steps.map((step) => ({ ...step, healthy: [...step.healthy, ...conditions] }));
  const exported = await exportScenario(harness, { ...loaded, scenario: { ...scenario, home, steps } });
  expect(() => exported.script(null)).toThrow(".local/bin/keyring: the script sees no calls of a keyring that it writes");
  expect((await exportScenario(harness, { ...loaded, scenario: { ...scenario, home } })).script(null)).toContain("#!/usr/bin/env bash");
});

/** A step of its own in Python, over plain http, which needs no certificate. */
function asks(program: string): LoadedScenario {
  const { scenario } = loaded as LoadedScenario;
  const [, step] = scenario.steps;
  if (step === undefined) throw new Error("env-credentials.toml has two steps");
  const env = { LOGIN: "{{secret.private}}" };
  const bug = [{ kind: "exit" as const, path: "reproduced.exit", exit: "nonzero" as const }];
  const healthy = [{ kind: "exit" as const, path: "healthy.exit", exit: [0] }];
  const steps = [{ ...step, argv: ["python", "-c", `${ASK}\n${program}`], env, reproduced: bug, healthy }];
  const indexes = scenario.indexes.map((index) => ({ ...index, url: "http://packages.example.com/simple/" }));
  return { ...loaded, scenario: { ...scenario, indexes, steps } } as LoadedScenario;
}

const ASK = `
import base64, hashlib, os, urllib.request
def ask(path, login=True, **fields):
    request = urllib.request.Request("http://packages.example.com/simple/" + path)
    if login:
        request.add_header("Authorization", "Basic " + base64.b64encode(("alice:" + os.environ["LOGIN"]).encode()).decode())
    if fields:
        content = b"no wheel"
        fields = dict(fields, sha256_digest=hashlib.sha256(content).hexdigest())
        parts = [b'Content-Disposition: form-data; name="%s"\\r\\n\\r\\n%s' % (name.encode(), text.encode()) for name, text in fields.items()]
        parts.append(b'Content-Disposition: form-data; name="content"; filename="new-1.0-py3-none-any.whl"\\r\\n\\r\\n' + content)
        request.data = b"".join(b"--x\\r\\n" + part + b"\\r\\n" for part in parts) + b"--x--\\r\\n"
        request.add_header("Content-Type", "multipart/form-data; boundary=x")
    return urllib.request.urlopen(request).status
`;

async function differences(program: string): Promise<readonly string[]> {
  const asking = asks(program);
  return (await verifyScript(harness, asking, (await exportScenario(harness, asking)).script(null), await harness.release("0.9.5")))
    .difference;
}

test("an upload is answered as by the gateway", async () => {
  expect(await differences('ask("", False, name="new", version="1.0")')).toEqual([]);
  expect(await differences('ask("", name="new", version="1.0")')).toEqual([]);
});

test("a read after an upload that was taken is no verdict", async () => {
  const [first] = await differences('ask("", name="new", version="1.0")\nask("sandbox/")');
  expect(first).toBe("uv-mre: healthy; the export: exit status 125");
});

test("what was not written down is no verdict", async () => {
  const [first] = await differences('ask("a/b/c/d")');
  expect(first).toBe("uv-mre: reproduced; the export: exit status 125");
});
