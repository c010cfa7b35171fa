import { spawn } from "node:child_process";
import { expect, it } from "vitest";
import type { RunJson } from "../../src/index.ts";
import { temporaryFolder } from "../real-tools.ts";
import { withoutSandbox } from "../sandbox.ts";
import { BIN, put, runCommand, smallScenario } from "./command.ts";

// Without a sandbox the harness must hold by itself.
withoutSandbox();

/** A step that spoils something for the harness, and one whose conditions would hold all the same. */
const SPOILERS = {
  "the journal of keyring calls": ["echo spoilt >> $UV_MRE_KEYRING_JOURNAL", ""],
  "a link that leads out": ["ln -s / out", 'write = { "out/file" = "x" }'],
  "the folder for outputs": ["rm -rf ../output", ""],
  nothing: ["true", ""],
} as const;

/** The shell lives on, what was in it does not. */
const KILLED = "sh -c 'kill -9 $$'; exit $?";

it("what a step spoils makes its own run unresolved, and leaves the others their verdicts", async () => {
  await using folder = await temporaryFolder();
  const scenario = (spoil: string, key: string): string => `schema = 1
title = "spoilt"
[[step]]
run = ["sh", "-c", ${JSON.stringify(spoil)}]
[[step]]
run = ["sh", "-c", ${JSON.stringify(KILLED)}]
${key}
reproduced = { exit = "nonzero", request.none = {} }
healthy = { exit = 0, request.none = {} }
`;
  const files: string[] = [];
  for (const [name, [spoil, key]] of Object.entries(SPOILERS)) files.push(await put(folder.path, `${name}.toml`, scenario(spoil, key)));
  files.push(await put(folder.path, "fine.toml", scenario("true", "").replace(KILLED, "exit 1")));
  const { exit, stdout, stderr } = await runCommand(["run", ...files, "--uv", "0.9.5", "--json"]);
  expect(stderr).not.toContain("a fault of uv-mre");
  const { runs } = JSON.parse(stdout) as RunJson;
  expect(runs.map(({ verdict }) => verdict)).toEqual([...Object.keys(SPOILERS).map(() => "unresolved"), "reproduced"]);
  expect(exit).toBe(3);
});

/** A real script that uv asks for a password, which does something to the journal of its calls. */
function keyringThat(does: string): string {
  return `[index.private]
url = "https://packages.example.com/simple/"
user = "alice"
packages = [{ name = "sandbox" }]
[home]
".local/bin/keyring" = '''
#!/bin/sh
${does}
exit 1
'''
[venv]
state = "created"
[[step]]
run = "uv pip install sandbox --keyring-provider subprocess --index-url https://alice@packages.example.com/simple/"
reproduced = { exit = "nonzero", keyring.none = {}, final.any = { index = "private", status = 401 } }
healthy = { exit = 0, final.any = { index = "private", status = 200 } }`;
}

/** What cannot be set up, or read afterwards, with what is said of it. */
const UNFIT = {
  "a package that is not there": {
    toml: '[index.default]\npackages = [{ name = "nosuch", version = "2" }]\n[venv]\nstate = "created"\npackages = ["nosuch==1"]\n[[step]]\nrun = "true"\nreproduced = { exit = 1, request.none = {} }\nhealthy = { exit = 0, request.none = {} }',
    says: /\[venv\] cannot be made: [\s\S]*nosuch/,
  },
  "a file where the venv should be": {
    toml: '[files]\nf = "x"\n[venv]\nstate = "created"\npath = "f"\n[[step]]\nrun = "true"\nreproduced = { exit = 1, request.none = {} }\nhealthy = { exit = 0, request.none = {} }',
    says: /\[venv\] cannot be made: /,
  },
  "a file too large to read": {
    toml: '[[step]]\nrun = ["python", "-c", "open(\'big\', \'w\').truncate(600_000_000)"]\nreproduced = { exit = 1, request.none = {} }\nhealthy = { file.every = { path = "big", lacks = "x" } }',
    says: /big: has 600000000 bytes, more than is read/,
  },
  "a folder where a text is asked for": {
    toml: '[[step]]\nrun = "mkdir out"\nreproduced = { file.any = { path = "out", contains = "x" } }\nhealthy = { file.every = { path = "out", exists = true, lacks = "x" } }',
    says: /out is a folder, which is not read/,
  },
  "a pipe where a text is asked for": {
    toml: '[[step]]\nrun = ["python", "-c", "import os; os.mkfifo(\'out\')"]\nreproduced = { file.any = { path = "out", contains = "x" } }\nhealthy = { file.none = { path = "out", contains = "x" } }',
    says: /out is no regular file, which is not read/,
  },
  "a pattern that takes a backtracking engine for ever": {
    toml: `[[step]]\nrun = ["python", "-c", "print('a' * 40000 + '!')"]\nreproduced = { stdout = { matches = "^(a+)+$" } }\nhealthy = { exit = 1, request.none = {} }`,
    says: /aaaa!/,
  },
  "null in the journal of keyring calls": {
    toml: '[[step]]\nrun = ["sh", "-c", "echo null >> $UV_MRE_KEYRING_JOURNAL"]\nreproduced = { exit = 1, request.none = {} }\nhealthy = { exit = 0, request.none = {} }',
    says: /the journal of keyring calls cannot be read/,
  },
  "a call without arguments there": {
    toml: `[[step]]\nrun = ["sh", "-c", 'echo "{\\"event\\":\\"begin\\",\\"pid\\":1,\\"at\\":2}" >> $UV_MRE_KEYRING_JOURNAL']\nreproduced = { exit = 1, request.none = {} }\nhealthy = { exit = 0, request.none = {} }`,
    says: /the journal of keyring calls cannot be read/,
  },
  "a keyring that removes the journal of its calls": {
    toml: keyringThat('rm "$UV_MRE_KEYRING_JOURNAL"'),
    // What records its end makes another file.
    says: /the journal of keyring calls was (?:removed|replaced) while the step ran/,
  },
  "a keyring that empties it": {
    toml: keyringThat(': > "$UV_MRE_KEYRING_JOURNAL"'),
    says: /the journal of keyring calls was emptied while the step ran/,
  },
  "a venv that has another uv": {
    toml: `[files]
".venv/bin/uv" = "#!/bin/sh\\nexit 1\\n"
[[step]]
run = "uv venv --allow-existing"
venv = "active"
reproduced = { exit = "nonzero", request.none = {} }
healthy = { exit = 0, request.none = {} }`,
    says: /`uv` on the step's PATH is \$WORK\/project\/\.venv\/bin\/uv, not the release under test/,
  },
  "a journal that an earlier step wrote": {
    toml: '[[step]]\nrun = ["sh", "-c", "echo > $(dirname $UV_MRE_KEYRING_JOURNAL)/keyring-1.jsonl"]\n[[step]]\nrun = "uv venv"\nreproduced = { exit = 1, request.none = {} }\nhealthy = { exit = 0, request.none = {} }',
    says: /journal of keyring calls is there already/,
  },
};

it("what cannot be set up or read makes its own run unresolved, and leaves the others their verdicts", async () => {
  await using folder = await temporaryFolder();
  const files: string[] = [];
  for (const [name, { toml }] of Object.entries(UNFIT))
    files.push(await put(folder.path, `${name}.toml`, `schema = 1\ntitle = "unfit"\n${toml}\n`));
  files.push(await put(folder.path, "fine.toml", smallScenario()));
  const { exit, stdout, stderr } = await runCommand(["run", ...files, "--uv", "0.9.5", "--json"]);
  expect(stderr).not.toMatch(/a fault of uv-mre|\n {4}at /);
  const { runs } = JSON.parse(stdout) as RunJson;
  expect(runs.map(({ verdict }) => verdict)).toEqual([...files.slice(1).map(() => "unresolved"), "reproduced"]);
  for (const [index, { says }] of Object.values(UNFIT).entries()) expect(runs[index]?.reasons[0]?.seen).toMatch(says);
  expect(exit).toBe(3);
});

it("a project that a step replaced by a link is not walked, nor is anything run in it", async () => {
  await using folder = await temporaryFolder();
  const text = `schema = 1
title = "elsewhere"
[[step]]
run = ["sh", "-c", "cd .. && rm -rf project && ln -s /usr project"]
exit = "any"
[[step]]
run = "uv --version"
reproduced = { exit = "nonzero", request.none = {} }
healthy = { exit = 0, request.none = {} }
`;
  const { exit, stdout } = await runCommand(["run", await put(folder.path, "linked.toml", text), "--uv", "0.9.5", "--json"]);
  const { runs } = JSON.parse(stdout) as RunJson;
  expect([exit, runs[0]?.verdict, runs[0]?.reasons[0]?.seen]).toEqual([
    3,
    "unresolved",
    expect.stringContaining("out of the run's folder"),
  ]);
});

it("a folder that is gone is said, not traced", async () => {
  await using folder = await temporaryFolder();
  const line = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$1" versions 0.9.5';
  const child = spawn("/bin/sh", ["-c", line, process.execPath, BIN], { cwd: folder.path });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exit = await new Promise((resolve) => child.on("close", resolve));
  expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining("error: the folder that this was started in is gone") });
  expect(stderr).not.toMatch(/\n {4}at /);
});
