import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyringWheels } from "../../test/keyring-wheels.ts";
import { someUv, temporaryFolder } from "../../test/real-tools.ts";
import { openWorkspaceFixture, thePython } from "../../test/workspace-fixture.ts";
import type { Secret } from "../observation/secret.ts";
import { buildPackage } from "../package/build.ts";
import { keyringBackendData } from "../package/contents.ts";
import { createProcessIdentity } from "../process/process-identity.ts";
import { createRunProcess } from "../process/run-process.ts";
import { WITH_VALUE } from "../condition/keyring.ts";
import { packagePrograms, recordingPrograms } from "../run/programs.ts";
import type { Distribution } from "../scenario/distribution.ts";
import type { GeneratedPackage, Keyring } from "../scenario/model.ts";
import { keyringAnswersText } from "./keyring-answers.ts";
import { readKeyringJournal } from "./keyring-journal.ts";
import { ensureKeyringTool, type KeyringToolOptions } from "./keyring-tool.ts";
import { prepareVenv, venvCommand } from "./venv.ts";

const PLUGIN: GeneratedPackage = {
  kind: "generated",
  name: "company-keyring",
  version: "1.0.0",
  requires: ["keyring"],
  extras: {},
  requiresPython: null,
  formats: ["wheel"],
  scripts: {},
  files: {},
  yanked: false,
  visibleTo: null,
  keyringPlugin: [],
};

async function plugin(indexes: readonly string[] | null): Promise<Distribution> {
  const files = { "company_keyring/keyring_backend.json": keyringBackendData(indexes) };
  const [wheel] = await buildPackage({ ...PLUGIN, files }, packagePrograms());
  if (wheel === undefined) throw new Error("no wheel was built");
  return wheel;
}

async function toolOptions(cacheDir: string): Promise<KeyringToolOptions> {
  const [bootstrapUv, python, wheels, wheel, owner] = await Promise.all([
    someUv(),
    thePython(),
    keyringWheels(),
    plugin(null),
    createProcessIdentity(),
  ]);
  const files = wheels.flatMap(({ content }) => (content.kind === "file" ? [content.path] : []));
  const keyring: KeyringToolOptions["keyring"] = {
    id: "25.7.0",
    install: async (target, _, beside) => {
      const flags = ["--quiet", "--offline", "--no-index", "--python", target];
      await promisify(execFile)(bootstrapUv, ["pip", "install", ...flags, ...files, ...beside]);
    },
  };
  return { bootstrapUv, python, keyring, plugin: wheel, cacheDir, owner, run: createRunProcess({ tag: "keyring-tool-test" }) };
}

function secret(index: string, user: string, kind: Secret["kind"] = "good"): Secret {
  return { name: `${index}.${user}`, index, user, kind, value: `${kind} of ${user} at ${index}` };
}

const URLS: Record<string, string> = {
  private: "https://feeds.example.com/acme/main/simple/",
  nested: "https://feeds.example.com/acme/main/simple/nested/",
  other: "https://other.example.com:8443/simple/",
};

function answersText(keyring: Keyring): string {
  return keyringAnswersText(
    { keyring, indexes: [] },
    {
      secrets: [secret("private", "ann"), secret("private", "ann", "stale"), secret("nested", "bob"), secret("other", "cid")],
      urlOf: (index) => URLS[index] ?? "",
      fill: (text) => text.replace("{{secret.private}}", "filled"),
    },
  );
}

/** For the tests that only use a tool. */
let shared: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  shared = await temporaryFolder();
});
afterAll(() => shared[Symbol.asyncDispose]());

describe("the keyring tool", () => {
  test("is installed once, by many at the same time too, and leaves nothing else", async () => {
    await using cache = await temporaryFolder();
    const options = await toolOptions(cache.path);
    const tools = await Promise.all([ensureKeyringTool(options), ensureKeyringTool(options)]);
    expect(tools[0]).toEqual(tools[1]);
    const idle = (): never => {
      throw new Error("nothing is left to run");
    };
    const known = await ensureKeyringTool({ ...options, run: idle });
    expect(known).toEqual(tools[0]);
    const { command, folder } = known;
    const parent = path.join(cache.path, "keyring-tool");
    const key = path.basename(path.dirname(folder)).replace(/-[0-9a-f]{8}$/, "");
    expect((await readdir(parent)).sort()).toEqual([key, path.basename(path.dirname(folder))].sort());
    expect((await readdir(path.dirname(folder))).sort()).toEqual(["keyring", "owner", "uv-mre-tree.json"]);
    expect(await readdir(path.join(cache.path, "staging"))).toEqual([]);
    expect((await stat(command)).mode & 0o222).toBe(0);
    expect((await stat((await thePython()).file)).mode & 0o200).toBe(0o200);
  });

  test("is another for other contents", async () => {
    const options = await toolOptions(shared.path);
    const withPlugin = await ensureKeyringTool(options);
    const without = await ensureKeyringTool({ ...options, plugin: null });
    const other = await ensureKeyringTool({ ...options, keyring: { ...options.keyring, id: "another" } });
    expect(new Set([withPlugin.folder, without.folder, other.folder]).size).toBe(3);
    await using fixture = await openWorkspaceFixture({ keyring: without.command });
    const { stdout } = await fixture.run("keyring", ["--list-backends"]);
    expect(stdout).not.toContain("ScenarioKeyring");
  });

  test("is made anew where it was removed or an installation was cut off", async () => {
    await using cache = await temporaryFolder();
    const options = await toolOptions(cache.path);
    const first = await ensureKeyringTool(options);
    await rm(path.dirname(first.folder), { recursive: true });
    const parent = path.join(cache.path, "keyring-tool");
    const [host] = options.owner.token.split("~");
    const leftovers = { "key-dead": `${host}~1~1`, "key-alive": options.owner.token, "key-foreign": "another-host~1~1" };
    for (const [name, token] of Object.entries(leftovers)) {
      await mkdir(path.join(parent, name));
      await writeFile(path.join(parent, name, "owner"), token);
    }
    const second = await ensureKeyringTool(options);
    expect(existsSync(second.command)).toBe(true);
    expect((await readdir(parent)).filter((name) => name.startsWith("key-")).sort()).toEqual(["key-alive", "key-foreign"]);
  });

  test("is made anew in a cache that was moved, where its scripts would name the old place", async () => {
    await using cache = await temporaryFolder();
    const before = path.join(cache.path, "before");
    const after = path.join(cache.path, "after");
    await mkdir(before);
    await ensureKeyringTool(await toolOptions(before));
    await rename(before, after);
    const { command } = await ensureKeyringTool(await toolOptions(after));
    expect(await readFile(command, "utf8")).toMatch(new RegExp(`^#!${after}/`));
  });

  test("is made anew where a file of it or its pointer is damaged", async () => {
    await using cache = await temporaryFolder();
    const options = await toolOptions(cache.path);
    let { folder } = await ensureKeyringTool(options);
    const library = path.join(folder, (await readdir(folder, { recursive: true })).find((name) => name.endsWith("keyring/core.py")) ?? "");
    const pointer = path.dirname(folder).replace(/-[0-9a-f]{8}$/, "");
    const damages = [
      async () => {
        const text = await readFile(library, "utf8");
        // It may be a link to uv's own cache, whose file stays as it is.
        await rm(library);
        await writeFile(library, text.replace("def", "dof"));
      },
      () => writeFile(pointer, "../../elsewhere"),
      () => truncate(pointer),
    ];
    for (const damage of damages) {
      await damage();
      const again = await ensureKeyringTool(options);
      expect(again.folder).not.toBe(folder);
      expect(await ensureKeyringTool(options)).toEqual(again);
      folder = again.folder;
    }
  });

  test("goes when no process has used it for a month and another is made", async () => {
    await using cache = await temporaryFolder();
    const options = await toolOptions(cache.path);
    const { folder } = await ensureKeyringTool(options);
    await utimes(path.dirname(folder).replace(/-[0-9a-f]{8}$/, ""), 0, 0);
    await ensureKeyringTool({ ...options, plugin: null });
    expect(existsSync(folder)).toBe(false);
  });

  test("that cannot be installed leaves nothing, and says why", async () => {
    await using cache = await temporaryFolder();
    const options = await toolOptions(cache.path);
    const failing = { id: "failing", install: () => Promise.reject(new Error("keyring is not to be had")) };
    await expect(ensureKeyringTool({ ...options, keyring: failing })).rejects.toThrow("keyring is not to be had");
    expect(await readdir(path.join(cache.path, "keyring-tool"))).toEqual([]);
    await expect(ensureKeyringTool({ ...options, bootstrapUv: "/absent/uv" })).rejects.toThrow("uv venv --quiet: ");
    expect(await readdir(path.join(cache.path, "keyring-tool"))).toEqual([]);
  });
});

describe("what the plugin answers", () => {
  const ask = async (keyring: Keyring, questions: readonly (readonly string[])[]): Promise<unknown[]> => {
    const tool = await ensureKeyringTool(await toolOptions(shared.path));
    await using fixture = await openWorkspaceFixture({ keyring: tool.command });
    await fixture.workspace.writeKeyringAnswers(answersText(keyring));
    const answers = [];
    for (const question of questions) {
      const { exit, stdout } = await fixture.run("keyring", question);
      answers.push([question.join(" "), exit, stdout.trim()]);
    }
    const calls = await readKeyringJournal({ paths: fixture.workspace.paths, toolPrefix: tool.folder, clockOrigin: 0 });
    expect(calls.map(({ from }) => from)).toEqual(questions.map(() => "tool"));
    return answers;
  };

  test("is derived: any URL under the index or on its host, the right user only, the nearest index first", async () => {
    const answers = await ask({ tool: ["private", "nested"], answers: null }, [
      ["get", "https://feeds.example.com/acme/main/simple/", "ann"],
      ["get", "https://feeds.example.com/acme/main/simple", "ann"],
      ["get", "https://feeds.example.com/acme/main/simple/pkg/", "bob"],
      ["get", "feeds.example.com", "ann"],
      ["get", "https://feeds.example.com/", "eve"],
      ["get", "https://other.example.com:8443/simple/", "cid"],
      ["--mode", "creds", "get", "https://feeds.example.com/acme/main/simple/nested/x/"],
      ["--mode", "creds", "get", "https://feeds.example.com/acme/main/simple/x/"],
      // Who asks for a credential gets the token's own name, whatever name is asked with: so pip, by import.
      ["--mode", "creds", "get", "https://feeds.example.com/acme/main/simple/x/", "zoe"],
    ]);
    expect(answers).toMatchInlineSnapshot(`
      [
        [
          "get https://feeds.example.com/acme/main/simple/ ann",
          0,
          "good of ann at private",
        ],
        [
          "get https://feeds.example.com/acme/main/simple ann",
          0,
          "good of ann at private",
        ],
        [
          "get https://feeds.example.com/acme/main/simple/pkg/ bob",
          0,
          "good of bob at nested",
        ],
        [
          "get feeds.example.com ann",
          1,
          "",
        ],
        [
          "get https://feeds.example.com/ eve",
          1,
          "",
        ],
        [
          "get https://other.example.com:8443/simple/ cid",
          1,
          "",
        ],
        [
          "--mode creds get https://feeds.example.com/acme/main/simple/nested/x/",
          0,
          "bob
      good of bob at nested",
        ],
        [
          "--mode creds get https://feeds.example.com/acme/main/simple/x/",
          0,
          "ann
      good of ann at private",
        ],
        [
          "--mode creds get https://feeds.example.com/acme/main/simple/x/ zoe",
          0,
          "ann
      good of ann at private",
        ],
      ]
    `);
  });

  test("is what the scenario says, by the exact service", async () => {
    const answer = { match: "exact", user: "ann", gives: "ann", needsUser: false, password: "{{secret.private}}" } as const;
    const keyring: Keyring = {
      tool: [],
      answers: [
        { ...answer, service: "feeds.example.com" },
        { ...answer, service: "https://below.example.com/a/", match: "below", user: null, gives: "bot" },
        { ...answer, service: "https://named.example.com/", match: "host", needsUser: true },
      ],
    };
    const answers = await ask(keyring, [
      ["get", "feeds.example.com", "ann"],
      ["get", "https://feeds.example.com/", "ann"],
      ["get", "https://below.example.com/a/b/", "whoever"],
      ["get", "https://below.example.com/other/", "ann"],
      ["--mode", "creds", "get", "https://below.example.com/a/"],
      ["get", "https://named.example.com/a/", "ann"],
      ["--mode", "creds", "get", "https://named.example.com/a/"],
    ]);
    expect(answers).toMatchInlineSnapshot(`
      [
        [
          "get feeds.example.com ann",
          0,
          "filled",
        ],
        [
          "get https://feeds.example.com/ ann",
          1,
          "",
        ],
        [
          "get https://below.example.com/a/b/ whoever",
          0,
          "filled",
        ],
        [
          "get https://below.example.com/other/ ann",
          1,
          "",
        ],
        [
          "--mode creds get https://below.example.com/a/",
          0,
          "bot
      filled",
        ],
        [
          "get https://named.example.com/a/ ann",
          0,
          "filled",
        ],
        [
          "--mode creds get https://named.example.com/a/",
          1,
          "",
        ],
      ]
    `);
  });

  test("in a package is only of its own indexes, whatever the tool knows", async () => {
    await using fixture = await openWorkspaceFixture();
    const { workspace, python, uv } = fixture;
    await workspace.writeKeyringAnswers(answersText({ tool: ["private"], answers: null }));
    await prepareVenv({
      workspace,
      path: "env",
      packages: ["company-keyring"],
      distributions: [...(await keyringWheels()), await plugin(["other"])],
      bootstrapUv: uv,
      python,
      run: createRunProcess({ tag: "plugin-test" }),
    });
    const activeVenv = path.join(workspace.paths.project, "env");
    const own = await fixture.run("keyring", ["get", "https://other.example.com:8443/simple/", "cid"], { env: { activeVenv } });
    const foreign = await fixture.run("keyring", ["get", URLS["private"] ?? "", "ann"], { env: { activeVenv } });
    expect([own.stdout.trim(), foreign.exit]).toEqual(["good of cid at other", 1]);
    // The uv under test has a cache of its own, untouched.
    expect(existsSync(workspace.paths.cache)).toBe(false);
    expect(await readdir(workspace.paths.tmp)).toEqual([]);
  });

  test("fails no call without its file", async () => {
    const tool = await ensureKeyringTool(await toolOptions(shared.path));
    await using fixture = await openWorkspaceFixture({ keyring: tool.command });
    expect(await fixture.run("keyring", ["get", "feeds.example.com", "ann"])).toMatchObject({ exit: 1, stdout: "", stderr: "" });
  });
});

test("keyring's options that take a value are those that each reader of a call knows", async () => {
  const { folder } = await ensureKeyringTool(await toolOptions(shared.path));
  const program = `from keyring.cli import CommandLineTool
for action in CommandLineTool().parser._actions:
    if action.nargs is None: print(*action.option_strings, sep="\\n")`;
  const { stdout } = await promisify(execFile)(venvCommand(folder, "python"), ["-c", program]);
  const options = stdout.trim().split("\n").sort();
  expect([...WITH_VALUE].sort()).toEqual(options);
  const { probe, recorder } = recordingPrograms();
  for (const text of [probe, recorder]) {
    const listed = /TAKES_VALUE = \(([^)]*)\)/.exec(text)?.[1] ?? "";
    expect([...listed.matchAll(/"(-[^"]+)"/g)].map(([, option = ""]) => option).sort()).toEqual(options);
  }
});
