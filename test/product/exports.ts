import { spawnSync } from "node:child_process";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import {
  claimFor,
  exportScenario,
  type Harness,
  type LoadedScenario,
  loadScenarios,
  openHarness,
  type Verification,
  verifyScript,
} from "../../src/index.ts";
import { isSupported } from "../../src/judge/claim.ts";
import { flavourExamples } from "./flavour-examples.ts";
import { WHOLE } from "./extent.ts";
import { withEveryKind } from "./features.ts";
import { partOf } from "./part.ts";

/** What a script cannot do, and the first line of what it says of it; every other shipped scenario is exported. */
const NOT_AS_SCRIPT: Readonly<Record<string, string>> = {
  "git-credentials-in-lock.toml": "git.acme: a script that needs only uv and Python 3 brings no git server",
  "git-credentials-in-project-ignored.toml": "git.acme: a script that needs only uv and Python 3 brings no git server",
  "index-does-not-resolve.toml": 'index.internal.faults: "no-such-host" shows in a network of its own alone, which no script has',
  "index-never-answers.toml": 'index.internal.faults: "connect-timeout" shows in a network of its own alone, which no script has',
  "no-proxy-internal-index.toml": "proxy: a script that needs only uv and Python 3 brings no proxy",
  "lock-of-newer-uv.toml": 'step[0].uv: a script knows one uv, not "0.6.0" besides',
  "keyring-system-python-user-name.toml": "step[0].run: `--system` would change the user's own Python: a script has your rights",
  "lock-wheel-without-hash.toml": "index.internal.packages: somepackage: the script builds wheels only, no sdists",
  "native-auth-keychain-index-url.toml": "needs: no script has the operating system's own keychain either",
  "login-of-previous-uv.toml": 'step[0].uv: a script knows one uv, not "previous" besides',
  "password-with-hash-in-url.toml": "index.private.users: the script makes secrets of letters and digits alone, no `secret-form`",
  "pip-takes-at-sign-in-user.toml": "tools[0]: a script brings uv's own commands and Python, no pip",
  "proxy-breaks-tls.toml": "proxy: a script that needs only uv and Python 3 brings no proxy",
  "redirect-user-in-authority.toml": "step[0].reproduced.final.any: the script's index speaks HTTP/1.1 only",
  "tls-ca-folder.toml": "{{ca-folder}}: the script's certificates are where it alone knows",
  "tls-client-certificate.toml": "index.private.client-certificate: the script's index asks clients for none",
  "publish-trusted-without-permission.toml": "index.upload.trusted-publishing: the script's index exchanges no identity tokens",
  "sync-removes-what-pip-installed.toml": "venv.packages: the script installs nothing without the uv under test",
  "tool-receipt-of-previous-uv.toml": 'step[0].uv: a script knows one uv, not "previous" besides',
  "windows-login-gitlab-group.toml": "needs: no script has Windows either",
  "twine-uploads-uv-publish-missing-credentials.toml": "tools[0]: a script brings uv's own commands and Python, no twine",
};

/** What a maintainer runs without us: every shipped scenario is a script, and the script shows what our run shows, and so for each flavour. */
export async function testExports(file: string): Promise<void> {
  const shipped = await loadScenarios(["scenarios"]);
  const all = shipped.filter((loaded) => NOT_AS_SCRIPT[path.basename(loaded.file)] === undefined);
  const refused = shipped.filter((loaded) => !all.includes(loaded));
  // Scripts are made of the same parts: those with every kind of part are read by shellcheck, and run.
  const verified = new Set(WHOLE ? all : withEveryKind(all));
  const harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());

  it.concurrent.each(partOf(all, file).map((loaded) => ({ file: loaded.file, loaded })))("$file is a script", async ({ loaded }) => {
    const script = (await exportScenario(harness, loaded)).script(null);
    expect(script).not.toMatch(/umre-(good|stale)-[A-Za-z0-9]/);
    if (!verified.has(loaded)) return;
    expect(SHELLCHECK ? complaintsOfShell(script) : "").toBe("");
    expect(await disagreements(harness, loaded, script)).toEqual([]);
  });

  it.concurrent.each(partOf(refused, file).map((loaded) => ({ file: loaded.file, loaded })))("$file says why not", async ({ loaded }) => {
    const reason = NOT_AS_SCRIPT[path.basename(loaded.file)];
    const exported = await exportScenario(harness, loaded);
    expect(() => exported.script(null)).toThrow(`this scenario cannot be exported:\n  ${reason}`);
  });

  const examples = WHOLE ? partOf(await flavourExamples(), file) : [];
  it.concurrent.each(examples)("$flavour is exported", async ({ loaded }) => {
    expect(await disagreements(harness, loaded, (await exportScenario(harness, loaded)).script(null))).toEqual([]);
  });

  it("every exception is a shipped scenario", () => {
    expect(refused).toHaveLength(Object.keys(NOT_AS_SCRIPT).length);
  });

  it("shellcheck reads them", (context) => {
    if (!SHELLCHECK) context.skip("shellcheck is not installed");
    expect(SHELLCHECK).toBe(true);
  });
}

/** Where script and run differ, or came to no verdict. */
async function disagreements(harness: Harness, loaded: LoadedScenario, script: string): Promise<Verification[]> {
  const found: Verification[] = [];
  for (const uv of releasesFor(loaded, await harness.releases())) {
    const verification = await verifyScript(harness, loaded, script, await harness.release(uv));
    if (!verification.holds) found.push(verification);
  }
  return found;
}

/** The newest; with the whole product, before it 0.9.5, or the oldest release that a claim means where that is none. */
function releasesFor({ scenario }: LoadedScenario, releases: readonly string[]): string[] {
  const judged = releases.filter((uv) => {
    const claim = claimFor(scenario, uv)?.verdict;
    return isSupported(scenario, uv) && (scenario.claims.length === 0 || claim === "reproduced" || claim === "healthy");
  });
  const older = judged.includes("0.9.5") ? "0.9.5" : (judged[0] ?? "");
  return [...new Set([...(WHOLE ? [older] : []), judged.at(-1) ?? ""])];
}

const SHELLCHECK = spawnSync("shellcheck", ["--version"]).status === 0;

function complaintsOfShell(script: string): string {
  // The wheels behind the script's end are comments, megabytes of them.
  const [input] = script.split("\n# The real packages as PyPI has them");
  const { stdout, stderr, error } = spawnSync("shellcheck", ["-"], { input, encoding: "utf8" });
  return stdout + stderr + (error?.message ?? "");
}
