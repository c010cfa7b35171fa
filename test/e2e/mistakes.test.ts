import { expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { put, runCommand, smallScenario } from "./command.ts";

/** What people type, and what they are told: what is wrong, and what to do. */
const TYPED: readonly (readonly [string, RegExp])[] = [
  ["small.toml", /small\.toml: no command; to run it: npx uv-mre run small\.toml/],
  ["runn small.toml", /unknown command 'runn'\n\(Did you mean run\?\)/],
  ["run small.toml --uv 0.9", /"0\.9" is no single release of uv; write ">=0\.9,<0\.10" for all of them, or an exact one/],
  ["run https://github.com/astral-sh/uv/issues/16402", /gh issue view 16402 --repo astral-sh\/uv --json body --jq \.body \| uv-mre run -/],
  ["run astral-sh/uv#16402", /an issue is not fetched; pipe its text in/],
  ["run no-such.toml", /no-such\.toml: no such file; uv-mre init FILE writes one/],
  ["run small.toml --jsn", /unknown option '--jsn'\n\(Did you mean --json\?\)/],
];

it.each(TYPED)("%s", async (line, told) => {
  await using folder = await temporaryFolder();
  await put(folder.path, "small.toml", smallScenario());
  const { exit, stdout, stderr } = await runCommand(line.split(" "), { cwd: folder.path });
  expect({ exit, stdout, told: told.test(stderr) ? "as meant" : stderr }).toEqual({ exit: 2, stdout: "", told: "as meant" });
  expect(stderr).not.toMatch(/^\s+at /m);
});
