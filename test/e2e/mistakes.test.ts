import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { put, runCommand, smallScenario } from "./command.ts";

/** What people type, and what they are told: what is wrong, and what to do. */
const TYPED: readonly (readonly [string, RegExp])[] = [
  ["small.toml", /small\.toml: no command; to run it: npx uv-mre run small\.toml/],
  ["runn small.toml", /unknown command 'runn'\n\(Did you mean run\?\)/],
  ["run small.toml --uv 0.9", /"0\.9" is no single release of uv; write ">=0\.9,<0\.10" for all of them, or an exact one/],
  [
    "run https://github.com/astral-sh/uv/issues/16402",
    /gh issue view 16402 --repo astral-sh\/uv --json body --jq \.body \| npx uv-mre run -/,
  ],
  ["run no-such.toml", /no-such\.toml: no such file; npx uv-mre init FILE writes one/],
  ["run small.toml --jsn", /unknown option '--jsn'\n\(Did you mean --json\?\)\n\(npx uv-mre run --help lists its options\)/],
  ["run small.toml -uv latest", /unknown option '-uv'\n\(Did you mean --uv\?\)/],
  ["run empty.toml", /empty\.toml: nothing is in it; npx uv-mre init FILE writes a scenario/],
  ["run powershell.toml", /powershell\.toml: the text is UTF-16, as older PowerShells write it; save it as UTF-8/],
  ["init .", /\. is a folder; name a file/],
  ["report small.toml", /small\.toml: a scenario, which has no results yet; npx uv-mre run small\.toml --report report\.html/],
];

it.each(TYPED)("%s", async (line, told) => {
  await using folder = await temporaryFolder();
  await put(folder.path, "small.toml", smallScenario());
  await put(folder.path, "empty.toml", "\n");
  await writeFile(path.join(folder.path, "powershell.toml"), `\uFEFF${smallScenario()}`, "utf16le");
  const { exit, stdout, stderr } = await runCommand(line.split(" "), { cwd: folder.path });
  expect({ exit, stdout, told: told.test(stderr) ? "as meant" : stderr }).toEqual({ exit: 2, stdout: "", told: "as meant" });
  expect(stderr).not.toMatch(/^\s+at /m);
});
