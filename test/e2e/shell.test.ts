import { readdir } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { STARTER_SCENARIO } from "../../src/index.ts";
import { put, ROOT, runCommand, smallScenario } from "./command.ts";

it("shell: the prepared workspace, with requests and keyring calls printed live, and nothing left", async () => {
  await using folder = await temporaryFolder();
  const { exit, stdout, stderr } = await runCommand(["shell", path.join(ROOT, "scenarios/keyring-shadowing.toml"), "--uv", "0.9.5"], {
    env: { TMPDIR: folder.path },
    input: "uv --version; ls; uv sync --quiet; exit 7\n",
  });
  expect({ exit, stdout, stderr }).toEqual({
    exit: 7,
    stdout: expect.stringMatching(/^uv 0\.9\.5.*\npyproject\.toml\n$/),
    stderr: expect.stringContaining("The scenario's steps:"),
  });
  expect(stderr).toContain("uv sync --no-cache --upgrade");
  expect(stderr).toMatch(/ 401 HEAD HTTP\/2\.0 none https:\/\/feeds\.example\.com\/.*\/transitive-1\.0\.0-py3-none-any\.whl\n/);
  expect(stderr).toMatch(/ 200 GET HTTP\/2\.0 good \(private\.VssSessionToken\) https:\/\/feeds\.example\.com\/.*\/transitive\/\n/);
  expect(stderr).toMatch(/ keyring \(tool\) exit 0: get https:\/\/feeds\.example\.com\/\S* VssSessionToken\n/);
  expect(await readdir(folder.path)).toEqual([]);
});

it("shell: the secrets are in the environment, so that the steps can be typed as they are printed, and none is printed", async () => {
  await using folder = await temporaryFolder();
  const file = await put(folder.path, "mine.toml", STARTER_SCENARIO);
  const typed = [
    'uv auth login packages.example.com --username alice --password "${SECRET_private}"',
    "uv sync --quiet",
    "python -c \"import os; print(*(os.environ[name][:10] for name in ('SECRET_private', 'STALE_private')))\"",
  ];
  const { exit, stdout, stderr } = await runCommand(["shell", file, "--uv", "0.9.5"], { input: `${typed.join("\n")}\n` });
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: "umre-good- umre-stale\n" });
  expect(stderr).toContain(`The scenario's steps:
  ${typed[0]}
  uv sync
The secrets of this run, in the environment:
  SECRET_private  the password of private.alice
  STALE_private  the password of private.alice that the index refuses
`);
  expect(stderr).toContain(" 200 GET HTTP/2.0 good (private.alice) https://packages.example.com/simple/sandbox/\n");
  expect(stderr).not.toContain("umre-");
});

it("shell: a step is printed with its own environment, after what it removes", async () => {
  const file = path.join(ROOT, "scenarios/uv-index-user-name-alone.toml");
  const { stderr } = await runCommand(["shell", file, "--uv", "0.9.5"], { input: "exit\n" });
  expect(stderr).toMatch(
    /^ {2}rm -rf \.venv \S+\/home\/\.cache\/uv\n {2}UV_INDEX=https:\/\/oauth2@gitlab\.example\.com\/\S+ uv sync --upgrade$/m,
  );
});

it("shell: a step is printed with its folder and input, and which files it writes", async () => {
  await using folder = await temporaryFolder();
  const step = `run = ["uv", "--version"]\ncwd = "a b"\nstdin = "~ yes"\nwrite."~/.netrc" = "x"\nwrite."a b/c" = "x"`;
  const file = await put(
    folder.path,
    "mine.toml",
    smallScenario().replace('run = "uv --version"', () => step),
  );
  const { stderr } = await runCommand(["shell", file, "--uv", "0.9.5"], { input: "exit\n" });
  expect(stderr).toContain(`The scenario's steps:
  # the step writes ~/.netrc first
  # the step writes 'a b/c' first
  (cd 'a b' && printf %s '~ yes' | uv --version)
`);
});
