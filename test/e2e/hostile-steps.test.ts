import { expect, it } from "vitest";
import type { RunJson } from "../../src/index.ts";
import { temporaryFolder } from "../real-tools.ts";
import { put, runCommand } from "./command.ts";

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
reproduced = { exit = "nonzero" }
healthy = { exit = 0 }
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
