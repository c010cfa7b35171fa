import { readdir } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { ROOT, runCommand } from "./command.ts";

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
