import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keyringWheels } from "../../test/keyring-wheels.ts";
import { openWorkspaceFixture, type WorkspaceFixture } from "../../test/workspace-fixture.ts";
import type { KeyringRecord } from "../observation/model.ts";
import { createRunProcess } from "../process/run-process.ts";
import { followKeyringJournal, readKeyringJournal } from "./keyring-journal.ts";
import { prepareVenv, venvCommand } from "./venv.ts";

const SERVICE = "https://feeds.example.com/simple/";

/** A run with a venv in its project that has the real keyring, active. */
async function openWithKeyring(options: { probe?: boolean; version?: string } = {}): Promise<WorkspaceFixture & { venv: string }> {
  const fixture = await openWorkspaceFixture(options);
  const { workspace, python, uv } = fixture;
  await prepareVenv({
    workspace,
    path: ".venv",
    packages: ["keyring"],
    distributions: await keyringWheels(options.version),
    bootstrapUv: uv,
    python,
    run: createRunProcess({ tag: "preparation" }),
  });
  return Object.assign(fixture, { venv: path.join(workspace.paths.project, ".venv") });
}

/** One venv for all tests that leave it as it is; each test has a step of its own. */
let shared: WorkspaceFixture & { venv: string };
let step = 0;
beforeAll(async () => {
  shared = await openWithKeyring();
});
afterAll(() => shared[Symbol.asyncDispose]());
beforeEach(() => {
  step++;
});

function callKeyring(fixture: WorkspaceFixture & { venv: string }, args: readonly string[], env: Record<string, string> = {}) {
  return fixture.run("keyring", args, { env: { activeVenv: fixture.venv, step, env } });
}

/** This test's calls. */
async function journal({ workspace }: WorkspaceFixture, clockOrigin = 0): Promise<KeyringRecord[]> {
  const all = await readKeyringJournal({ paths: workspace.paths, toolPrefix: null, clockOrigin });
  return all.filter((record) => record.step === step);
}

/** Writes a keyring backend into the project; `PYTHONPATH` finds it. A new name each time: bytecode goes by size and second. */
async function useBackend(fixture: WorkspaceFixture, body: string): Promise<Record<string, string>> {
  const source = `import os, sys, time\nfrom keyring.backend import KeyringBackend\n\nclass Own(KeyringBackend):\n    priority = 5\n    def get_password(self, service, username):\n        ${body}\n    def set_password(self, service, username, password):\n        pass\n`;
  await fixture.workspace.writeFiles("project", { [`backend/own${step}.py`]: source });
  return { PYTHONPATH: path.join(fixture.workspace.paths.project, "backend"), PYTHON_KEYRING_BACKEND: `own${step}.Own` };
}

describe("a call of the venv's keyring", () => {
  test("that finds no backend is recorded with its exception", async () => {
    const fixture = shared;
    const began = Number(process.hrtime.bigint()) / 1e6;
    const result = await callKeyring(fixture, ["get", SERVICE, "ann"]);
    const ended = Number(process.hrtime.bigint()) / 1e6;
    expect(result.exit).toBe(1);
    const [{ at, durationMs, step: _, ...call } = raise(), ...more] = await journal(fixture);
    expect(more).toEqual([]);
    expect(call).toMatchInlineSnapshot(`
      {
        "argv": [
          "get",
          "https://feeds.example.com/simple/",
          "ann",
        ],
        "exit": 1,
        "finished": true,
        "from": "venv",
        "prefix": "$WORK/project/.venv",
        "raised": "NoKeyringError",
      }
    `);
    // Python's clock is ours.
    expect(at).toBeGreaterThan(began);
    expect(at + (durationMs ?? 0)).toBeLessThan(ended);
    expect((await journal(fixture, began))[0]?.at).toBeCloseTo(at - began);
  });

  test.each([
    ["an answer", "return 'word'", 0, { exit: 0, raised: null, finished: true }],
    ["no password", "return None", 1, { exit: 1, raised: null, finished: true }],
    ["an exit status of its own", "sys.exit(7)", 7, { exit: 7, raised: null, finished: true }],
    ["an exit with words", "sys.exit('no')", 1, { exit: 1, raised: null, finished: true }],
    ["an exception", "raise LookupError('x')", 1, { exit: 1, raised: "LookupError", finished: true }],
    ["a kill", "os.kill(os.getpid(), 9)", null, { exit: null, raised: null, finished: false }],
    ["a hard exit", "os._exit(0)", 0, { exit: null, raised: null, finished: false }],
  ])("that ends by %s", async (_, body, status, expected) => {
    const fixture = shared;
    const env = await useBackend(fixture, body);
    const result = await callKeyring(fixture, ["get", SERVICE, "ann"], env);
    const calls = await journal(fixture);
    expect(calls.map(({ exit, raised, finished }) => ({ exit, raised, finished }))).toEqual([expected]);
    expect(result.exit).toBe(status);
  });

  test("that hangs is there before it ends", async () => {
    const fixture = shared;
    const env = await useBackend(fixture, "time.sleep(600)");
    const controller = new AbortController();
    const begun = Promise.withResolvers<KeyringRecord>();
    const follow = { paths: fixture.workspace.paths, toolPrefix: null, clockOrigin: 0 };
    using _following = followKeyringJournal(follow, (record) => {
      if (record.step === step) begun.resolve(record);
    });
    const variables = fixture.environment({ activeVenv: fixture.venv, env, step });
    const { paths } = fixture.workspace;
    const running = createRunProcess({ tag: "hanging" })({
      file: venvCommand(fixture.venv, "keyring"),
      args: ["get", SERVICE, "ann"],
      cwd: paths.project,
      env: variables,
      stdin: null,
      timeoutMs: 60_000,
      outputDir: paths.output,
      signal: controller.signal,
    });
    expect(await begun.promise).toMatchObject({ finished: false, argv: ["get", SERVICE, "ann"], durationMs: null });
    controller.abort();
    expect((await running).signal).toBe("SIGKILL");
    expect(await journal(fixture)).toMatchObject([{ finished: false }]);
  });

  test("as `python -m keyring` is one, too", async () => {
    const fixture = shared;
    await fixture.run("python", ["-m", "keyring", "get", SERVICE, "ann"], { env: { activeVenv: fixture.venv, step } });
    expect(await journal(fixture)).toMatchObject([{ from: "venv", argv: ["get", SERVICE, "ann"], raised: "NoKeyringError", exit: 1 }]);
  });

  test("whose keyring cannot even be imported", async () => {
    await using fixture = await openWithKeyring();
    const { project } = fixture.workspace.paths;
    await writeFile(path.join(await sitePackages(fixture), "keyring", "cli.py"), "import absent_module\n");
    const result = await callKeyring(fixture, ["get", SERVICE, "ann"]);
    expect(await journal(fixture)).toMatchObject([{ raised: "ModuleNotFoundError", exit: 1, finished: true }]);
    expect(result.stderr).not.toContain("sitecustomize");
    expect(result.stderr).not.toContain("<frozen");
    expect(result.stderr).toContain(path.join(project, ".venv"));
  });

  test("leaves what is given beyond operation, service and user, and what is printed, unrecorded", async () => {
    const fixture = shared;
    const env = await useBackend(fixture, "return 'printed-word'");
    await callKeyring(fixture, ["--mode", "password", "get", SERVICE, "ann", "typed-word"], env);
    await callKeyring(fixture, ["get", SERVICE, "ann"], env);
    const text = await readFile(path.join(fixture.workspace.paths.output, `keyring-${step}.jsonl`), "utf8");
    expect(text).toContain('["--mode", "password", "get", "https://feeds.example.com/simple/", "ann", "..."]');
    expect(text).not.toMatch(/typed-word|printed-word/);
  });

  test("is not disturbed: same status, same words with the probe and without", async () => {
    await using without = await openWithKeyring({ probe: false });
    const results = [];
    for (const fixture of [shared, without]) {
      const { root } = fixture.workspace.paths;
      const env = await useBackend(fixture, "raise LookupError('x')");
      const plain = await callKeyring(fixture, ["get", SERVICE, "ann"]);
      const raising = await callKeyring(fixture, ["get", SERVICE, "ann"], env);
      const refused = await callKeyring(fixture, ["nonsense"]);
      results.push(
        [plain, raising, refused].map(({ exit, stdout, stderr }) => ({ exit, stdout, stderr: stderr.replaceAll(root, "$WORK") })),
      );
    }
    expect([(await journal(shared)).length, (await journal(without)).length]).toEqual([3, 0]);
    expect(results[0]?.[1]?.stderr).toContain("LookupError: x");
    expect(results[0]).toEqual(results[1]);
  });
});

describe("the operating system's keychain", () => {
  test.each([
    ["macOS", "Keyring"],
    ["Windows", "WinVaultKeyring"],
  ])("of %s is refused even where it would work", async (name, backend) => {
    await using fixture = await openWithKeyring();
    // As on that system: its module loads, and its backend takes the user's secrets.
    const module = path.join(await sitePackages(fixture), "keyring/backends", name);
    const source = `from keyring.backend import KeyringBackend\nclass ${backend}(KeyringBackend):\n    priority = 5\n    def get_password(self, service, user):\n        return "the user's"\n`;
    await writeFile((await isFolder(module)) ? path.join(module, "__init__.py") : `${module}.py`, source);
    const chosen = await callKeyring(fixture, ["get", SERVICE, "ann"]);
    expect(chosen).toMatchObject({ exit: 1, stdout: "" });
    const named = await callKeyring(fixture, ["-b", `keyring.backends.${name}.${backend}`, "get", SERVICE, "ann"]);
    expect(named).toMatchObject({ exit: 2, stdout: "" });
    expect(named.stderr).toContain("the operating system's keychain is hidden from this run");
    expect((await journal(fixture))[0]).toMatchObject({ raised: "NoKeyringError" });
  });
});

describe("other Pythons", () => {
  test("are not recorded, and see neither the probe's folder nor its hooks", async () => {
    await using fixture = await openWorkspaceFixture();
    const script = "import sys; print([p for p in sys.path if 'probe' in p], sys.excepthook is sys.__excepthook__)";
    const { stdout } = await fixture.run("python", ["-c", script, "keyring"]);
    expect(stdout).toBe("[] True\n");
    expect(await journal(fixture)).toEqual([]);
  });

  test("get the sitecustomize that the probe hides, keyring commands as well", async () => {
    await using fixture = await openWithKeyring();
    const { project } = fixture.workspace.paths;
    await mkdir(path.join(project, "own"));
    const own = "import sys\nprint('own', __name__, sys.modules['sitecustomize'].__file__ == __file__, file=sys.stderr)\nMARK = 1\n";
    await writeFile(path.join(project, "own", "sitecustomize.py"), own);
    await writeFile(path.join(await sitePackages(fixture), "sitecustomize.py"), own.replace("own", "of the venv"));
    const env = { PYTHONPATH: path.join(project, "own") };
    const script = "import sitecustomize; print(sitecustomize.MARK)";
    const plain = await fixture.run("python", ["-c", script], { env: { env } });
    expect([plain.stdout, plain.stderr]).toEqual(["1\n", "own sitecustomize True\n"]);
    const keyring = await callKeyring(fixture, ["--help"]);
    // Debian's Python has a sitecustomize of its own, before those of all venvs; -E leaves out the probe.
    const alone = await fixture.run("python", ["-E", "-c", "pass"], { env: { activeVenv: fixture.venv } });
    expect(keyring.stderr).toBe(alone.stderr);
    expect(["of the venv sitecustomize True\n", ""]).toContain(alone.stderr);
    expect(await journal(fixture)).toMatchObject([{ argv: ["--help"], exit: 0 }]);
  });

  test("see a hidden sitecustomize fail as it would alone", async () => {
    const results = [];
    for (const probe of [true, false]) {
      await using fixture = await openWorkspaceFixture({ probe });
      await fixture.workspace.writeFiles("project", { "own/sitecustomize.py": "raise RuntimeError('broken')\n" });
      const env = { PYTHONPATH: path.join(fixture.workspace.paths.project, "own") };
      const { exit, stdout, stderr } = await fixture.run("python", ["-c", "print('ran')"], { env: { env } });
      results.push({ exit, stdout, stderr });
    }
    expect(results[0]?.stderr).toContain("RuntimeError: broken");
    expect(results[0]).toEqual(results[1]);
  });
});

async function sitePackages({ venv, python }: { venv: string; python: { version: string } }): Promise<string> {
  const [major, minor] = python.version.split(".");
  return path.join(venv, "lib", `python${major}.${minor}`, "site-packages");
}

async function isFolder(file: string): Promise<boolean> {
  const { stat } = await import("node:fs/promises");
  return stat(file).then(
    (there) => there.isDirectory(),
    () => false,
  );
}

function raise(): never {
  throw new Error("no call was recorded");
}
