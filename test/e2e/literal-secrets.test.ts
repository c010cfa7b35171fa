import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { put, runCommand } from "./command.ts";

/** A password in plain letters wherever people paste one. */
const PASTED = `schema = 1
title = "literal passwords"

[index.private]
url = "https://packages.example.com/simple/"
user = "alice"
packages = [{ name = "sandbox" }]

[keyring]
answers = [{ service = "https://packages.example.com/simple/", user = "alice", password = "Kr1ng-Herbst7" }]
tool = ["private"]

[files]
"pyproject.toml" = '''
[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.8"
dependencies = ["sandbox"]

[[tool.uv.index]]
name = "private"
url = "https://alice:Url-Winter8@packages.example.com/simple/"
'''

[home]
".netrc" = '''
machine other.example.com
login bob
password Netrc-Lenz3
'''

[[step]]
run = "uv auth login packages.example.com --username alice --password Sommer2024%21"

[[step]]
run = "uv auth token packages.example.com --username alice"

[[step]]
run = "uv sync -v"
env = { UV_INDEX_PRIVATE_USERNAME = "alice", UV_INDEX_PRIVATE_PASSWORD = "EnvFrost5" }
reproduced = { exit = "nonzero", final.any = { index = "private", status = [401, 403], authorization = "unknown" } }
healthy = { exit = 0, final.any = { index = "private", status = [200, 206], authorization = "good" } }
`;
const LITERALS = ["Herbst7", "Winter8", "Lenz3", "Sommer2024", "EnvFrost5"];

function literalsIn(text: string): string[] {
  return LITERALS.filter((literal) => text.includes(literal) || text.includes(Buffer.from(literal).toString("base64").slice(0, -3)));
}

it("a literal password is in no output: terminal, JSON, reports, exports, the run's own folder", async () => {
  await using folder = await temporaryFolder();
  await put(folder.path, "pasted.toml", PASTED);
  const reports = ["report.md", "report.html", "report.xml", "report.json"];
  const flags = ["--verbose", "--keep", "--with-script", ...reports.flatMap((file) => ["--report", file])];
  const here = { cwd: folder.path, env: { TMPDIR: folder.path } };
  const run = await runCommand(["run", "pasted.toml", "--uv", "0.9.5", ...flags], here);
  expect({ exit: run.exit, verdict: /reproduced/.test(run.stdout) }).toEqual({ exit: 0, verdict: true });
  expect(run.stderr.match(/warning: pasted\.toml:\d+:\d+: a literal password stands here/g)).toHaveLength(LITERALS.length);
  expect(run.stderr).toContain("{{secret.private}}");
  const exported = await runCommand(["export", "pasted.toml", "--to", "docker", "-o", "exported"], here);
  expect(exported.exit).toBe(0);
  const json = await runCommand(["run", "pasted.toml", "--uv", "0.9.5", "--json"], here);
  expect(literalsIn([run, exported, json].map(({ stdout, stderr }) => stdout + stderr).join("\n"))).toEqual([]);

  const written = await readdir(folder.path, { recursive: true, withFileTypes: true });
  const files = written.filter((entry) => entry.isFile() && entry.name !== "pasted.toml");
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining([...reports, "Dockerfile", "pyproject.toml"]));
  for (const { parentPath, name } of files)
    expect({ name, found: literalsIn(await readFile(path.join(parentPath, name), "latin1")) }).toEqual({ name, found: [] });
});
