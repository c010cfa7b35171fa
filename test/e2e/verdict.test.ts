import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { explainRun, type LoadedScenario, loadScenarios, openHarness, runScenario, type RunJson, type RunResult } from "../../src/index.ts";
import { NEVER_ASKING } from "../../src/judge/never-asks.ts";
import { uvCommand } from "../../src/judge/uv-command.ts";
import { UV_VARIABLES } from "../../src/scenario/uv-variables.ts";
import { WHOLE, wholeOnly } from "../product/extent.ts";
import { featuresOf, withEvery } from "../product/features.ts";
import { temporaryFolder } from "../real-tools.ts";
import { put, ROOT, runCommand } from "./command.ts";

const SHADOWING = path.join(ROOT, "scenarios/keyring-shadowing.toml");
const SECRET = /umre-(good|stale)/;

describe("keyring-shadowing with 0.9.5 and the newest", () => {
  it("is reproduced twice: the venv's keyring is asked, has no plugin, and the index refuses in the end", async () => {
    const { exit, stdout, stderr } = await runCommand(["run", SHADOWING, "--uv", "0.9.5", "--uv", "latest", "--json"]);
    const { runs } = JSON.parse(stdout) as RunJson;
    expect(runs.map(({ verdict, claim }) => ({ verdict, claim }))).toEqual([
      { verdict: "reproduced", claim: "held" },
      { verdict: "reproduced", claim: "held" },
    ]);
    expect(exit).toBe(0);
    for (const run of runs) {
      expect(run.keyring).toContainEqual(expect.objectContaining({ step: 1, from: "venv", raised: "NoKeyringError" }));
      expect(run.keyring).toContainEqual(expect.objectContaining({ step: 0, from: "tool", raised: null }));
      expect(run.requests).toContainEqual(expect.objectContaining({ step: 1, index: "private", status: 401, final: true }));
      expect(run.requests.filter(({ step, index, final }) => step === 0 && index === "private" && final)).not.toContainEqual(
        expect.objectContaining({ status: 401 }),
      );
      expect(run.requests).toContainEqual(expect.objectContaining({ step: 0, index: "private", status: 401, final: false }));
    }
    expect(stdout + stderr).not.toMatch(SECRET);
  });

  it("is healthy twice without the venv's activation, which contradicts the claim", async () => {
    const text = await readFile(SHADOWING, "utf8");
    const without = text.replace('venv = "active"\n', "");
    expect(without.length).toBe(text.length - 'venv = "active"\n'.length);
    await using folder = await temporaryFolder();
    const file = await put(folder.path, "without.toml", without);
    const { exit, stdout } = await runCommand(["run", file, "--uv", "0.9.5", "--uv", "latest", "--json"]);
    const { runs } = JSON.parse(stdout) as RunJson;
    expect(runs.map(({ verdict, claim }) => ({ verdict, claim }))).toEqual([
      { verdict: "healthy", claim: "contradicted" },
      { verdict: "healthy", claim: "contradicted" },
    ]);
    expect(exit).toBe(1);
  });
});

describe("the keyring probe changes nothing", async () => {
  const harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());
  const all = (await loadScenarios([path.join(ROOT, "scenarios")])).filter(({ scenario }) => scenario.keyring !== null);
  const scenarios = WHOLE ? all : withEvery(all, featuresOf);
  const release = await harness.release("0.9.5");

  it("and there are scenarios with a keyring", () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(4);
  });

  it.each(scenarios.map((scenario) => ({ name: path.basename(scenario.file), scenario })))("$name", async ({ scenario }) => {
    const [watched, unwatched] = await Promise.all([
      runScenario(harness, scenario, release, { probe: true }),
      runScenario(harness, scenario, release, { probe: false }),
    ]);
    expect(watched.observation.keyring.length).toBeGreaterThan(0);
    expect(unwatched.observation.keyring).toEqual([]);
    expect(courseOf(unwatched)).toEqual(courseOf(watched));
  });
});

describe("a scenario that says {{url.X}} throughout", async () => {
  const harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());
  const [scenario] = await loadScenarios([path.join(ROOT, "scenarios/url-placeholders.toml")]);
  if (scenario === undefined) throw new Error("the scenario is gone");

  it.each(["0.9.5", "0.9.18"])("comes to the same verdict with uv %s at loopback addresses", async (uv) => {
    const release = await harness.release(uv);
    const [proxied, direct] = await Promise.all([
      runScenario(harness, scenario, release),
      runScenario(harness, scenario, release, { mode: "loopback" }),
    ]);
    expect(proxied.claim === "held" ? "held" : explainRun(proxied)).toBe("held");
    expect(direct.claim === "held" ? "held" : explainRun(direct)).toBe("held");
    const hosts = (result: RunResult): string[] => [...new Set(result.observation.requests.map(({ url }) => new URL(url).hostname))];
    expect(hosts(proxied)).toContain("private.example.com");
    expect(hosts(direct)).toEqual(["127.0.0.1"]);
    expect(statuses(direct)).toEqual(statuses(proxied));
  });

  it("runs by the command line with --no-proxy, where one with fixed addresses is refused", async () => {
    const direct = await runCommand(["run", scenario.file, "--uv", "0.9.5", "--no-proxy"]);
    expect({ exit: direct.exit, held: direct.stdout.includes("1 claim held") }).toEqual({ exit: 0, held: true });
    const refused = await runCommand(["run", path.join(ROOT, "scenarios/env-credentials.toml"), "--uv", "0.9.5", "--no-proxy"]);
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toContain("without the proxy nothing answers at packages.example.com; say {{url.private}} throughout");
  });
});

/** What a run did, without times, and without the order of requests that run side by side. */
function courseOf({ observation }: RunResult): unknown {
  // Whether a connection was still opening when uv ended is chance.
  const read = observation.requests.filter(({ unread }) => unread === undefined);
  const requests = read.map(({ step, index, method, url, status, authorization, user, final }) =>
    [step, index, method, url, status, authorization, user, final].join(" "),
  );
  return { exits: observation.steps.map(({ argv, exit }) => ({ argv, exit })), requests: requests.sort() };
}

function statuses({ observation }: RunResult): string[] {
  return observation.requests
    .map(({ step, index, method, url, status, authorization }) =>
      [step, index, method, url.split("/").at(-1) || url.split("/").at(-2), status, authorization].join(" "),
    )
    .sort();
}

describe("what uv reads itself of a command that starts a program", async () => {
  const harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());
  const commands = ["0.5.0", "0.9.5", "latest"].flatMap((uv) => ["run", "tool run"].map((command) => ({ uv, command })));

  it.each(commands)("uv $uv $command: every option with a value is known to have one", async ({ uv, command }) => {
    const [version = ""] = await harness.select([uv]);
    const { file } = await harness.release(version);
    const { stdout } = spawnSync(file, [...command.split(" "), "--help"], { encoding: "utf8" });
    const options = [...stdout.matchAll(/^ +(?:(-\w), )?(--[\w-]+)[ =]</gmu)].flatMap(([, short, long]) => [short, long]);
    expect(options.length).toBeGreaterThan(30);
    const program = ["uv", ...command.split(" ")];
    const unknown = options.filter(
      (option) => option !== undefined && uvCommand([...program, option, "value", "python"]).own !== program.length + 1,
    );
    expect(unknown).toEqual([]);
  });
});

describe("the variables that uv reads", async () => {
  const harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());

  it.each(WHOLE ? ["0.6.6", "0.9.5", "latest"] : ["latest"])("uv %s: every one that its help names is known", async (uv) => {
    const [version = ""] = await harness.select([uv]);
    const { file } = await harness.release(version);
    const named = variablesOf(file, []);
    expect(named.length).toBeGreaterThan(70);
    expect([...new Set(named)].filter((name) => !UV_VARIABLES.has(name))).toEqual([]);
  });

  it("each is in one of four releases", async (context) => {
    wholeOnly(context);
    const binaries = await Promise.all(
      ["0.4.24", "0.6.6", "0.9.5", "0.13.9"].map(async (uv) => readFile((await harness.release(uv)).file)),
    );
    expect([...UV_VARIABLES].filter((name) => !binaries.some((bytes) => bytes.includes(name)))).toEqual([]);
  });
});

/** `[env: UV_INDEX=]` in the help of a command and all below it. */
function variablesOf(file: string, path: readonly string[]): string[] {
  const { stdout } = spawnSync(file, [...path, "--help"], { encoding: "utf8" });
  const commands = /^Commands:\n((?: {2}.*\n)+)/m.exec(stdout)?.[1]?.match(/^ {2}[a-z][a-z-]*/gm) ?? [];
  const below = commands.map((name) => name.trim()).filter((name) => name !== "help");
  return [
    ...[...stdout.matchAll(/\[env: (UV_\w+)=/g)].map(([, name = ""]) => name),
    ...below.flatMap((name) => variablesOf(file, [...path, name])),
  ];
}

describe("commands of uv that never ask", async () => {
  const harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());
  await using folder = await temporaryFolder();
  const scenario = await readScenario(folder.path, askingNothing());

  it.each(WHOLE ? ["0.1.15", "0.3.0", "0.6.6", "0.9.5", "latest"] : ["latest"])("uv %s asks nothing for any of them", async (uv) => {
    const [version = ""] = await harness.select([uv]);
    const { observation } = await runScenario(harness, scenario, await harness.release(version));
    expect(observation.steps.length).toBe(scenario.scenario.steps.length);
    const asked = [...observation.requests, ...observation.keyring].map(({ step }) => observation.steps[step]?.argv.join(" "));
    expect([...new Set(asked)]).toEqual(["uv pip install sandbox"]);
  });
});

/** Each of the commands, where everything is there to be asked; and at last one that asks. */
function askingNothing(): string {
  const given: Record<string, string> = {
    "auth login": "packages.example.com --username alice --password {{secret.private}}",
    "auth logout": "packages.example.com --username alice",
    cache: "prune",
    "generate-shell-completion": "bash",
    init: "member",
    "pip show": "sandbox",
    "pip uninstall": "sandbox",
    "python pin": "3",
    "python uninstall": "3.8",
    "tool uninstall": "sandbox",
    venv: "other",
  };
  const commands = [...Object.keys(NEVER_ASKING).map((name) => `uv ${name} ${given[name] ?? ""}`.trim()), "uv sync --help", "uv --version"];
  return `schema = 1
title = "Commands that ask nothing"
env = { UV_KEYRING_PROVIDER = "subprocess" }

[index.private]
user = "alice"
url = "https://packages.example.com/simple/"
packages = [{ name = "sandbox" }]

[venv]
state = "created"

[files]
"pyproject.toml" = '''
[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.8"
dependencies = ["sandbox"]

[[tool.uv.index]]
name = "private"
url = "https://packages.example.com/simple/"
'''
${commands.map((run) => `\n[[step]]\nrun = "${run}"\nexit = "any"\n`).join("")}
[[step]]
run = "uv pip install sandbox"
reproduced = { exit = "nonzero" }
healthy = { exit = 0 }
`;
}

async function readScenario(folder: string, text: string): Promise<LoadedScenario> {
  const [scenario] = await loadScenarios([await put(folder, "scenario.toml", text)]);
  if (scenario === undefined) throw new Error("no scenario was read");
  return scenario;
}
