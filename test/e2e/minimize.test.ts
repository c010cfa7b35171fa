import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { runCommand } from "./command.ts";

const SCENARIO = `schema = 1
title = "A stale netrc"

[index.private]
url = "https://packages.example.com/simple/"
user = "alice"
packages = [{ name = "sandbox" }]

# Nobody asks it.
[index.other]
url = "https://other.example.com/simple/"

[home]
".netrc" = "machine packages.example.com login alice password {{stale.private}}"

[[step]]
run = "uv pip install --target here --index-url https://packages.example.com/simple/ sandbox"
reproduced = { exit = "nonzero", final.any = { index = "private", status = 401, authorization = "stale" } }
healthy = { exit = 0, final.any = { index = "private", status = 200 } }
`;

const PAIR = `
[vary.netrc]
stale = {}
good = { home = { ".netrc" = "machine packages.example.com login alice password {{secret.private}}" } }
`;

it("takes out what symptom and repair do not need; without a pair it says that less than the bug may be left", async () => {
  await using folder = await temporaryFolder();
  const minimized = async (text: string): Promise<{ stdout: string; text: string }> => {
    const file = join(folder.path, "bug.toml");
    await writeFile(file, text);
    const { exit, stdout } = await runCommand(["minimize", file, "--uv", "0.13.9"]);
    expect(exit).toBe(0);
    return { stdout, text: await readFile(join(folder.path, "bug.min.toml"), "utf8") };
  };

  const paired = await minimized(SCENARIO + PAIR);
  expect(paired.text).not.toMatch(/other|Nobody/);
  expect(paired.text).toContain('packages = [{ name = "sandbox" }]');
  expect(paired.stdout).toContain('Kept: the symptom, and that it is healthy with netrc "good".');

  const alone = await minimized(SCENARIO.replace(/# Nobody[\s\S]*?(?=\[home\])/, ""));
  expect(alone.text).not.toContain("packages = ");
  expect(alone.stdout).toContain("what is left may be less than the bug");
});
