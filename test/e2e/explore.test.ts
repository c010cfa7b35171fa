import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { put, runCommand, startCommand } from "./command.ts";

/** Shows the symptom where a variable and a release come together. */
const SCENARIO = `schema = 1
title = "two things at once"

[files]
check = """
case "$VALUE $(uv --version)" in "bad uv 0.9.5"*) echo broken ;; *) echo fine ;; esac
"""

[[step]]
run = "sh check"
reproduced = { stdout = "broken" }
healthy = { stdout = "fine" }

[vary.value]
"good" = {}
"bad" = { env = { VALUE = "bad" } }

[vary.release]
"as asked" = {}
"0.9.5" = { uv = "0.9.5" }

[vary.environment]
"plain" = {}
"noisy" = { step.0.env = { NOISE = "1" } }
`;

async function folderWith(scenario: string) {
  const folder = await temporaryFolder();
  await put(folder.path, "bug/scenario.toml", scenario);
  await put(folder.path, "bug/project/other.txt", "beside\n");
  return folder;
}

describe("explore", () => {
  it("finds that two factors are needed, one of them a release, and writes what shows it", async () => {
    await using folder = await folderWith(SCENARIO);
    const { exit, stdout } = await runCommand(["explore", "bug", "--uv", "0.9.18", "--write", "causes"], { cwd: folder.path });
    expect(stdout.split("\n").slice(0, 6).join("\n")).toMatchInlineSnapshot(`
      "bug with uv 0.9.18: 7 runs over 3 axes, up to 2 changed at once
      1. The symptom appears with value = bad and release = 0.9.5.
         without value = bad: healthy
         without release = 0.9.5: healthy
         run it: npx uv-mre run causes/cause-1.toml --uv 0.9.5
      These change nothing: environment = noisy"
    `);
    expect(exit).toBe(0);
    const cause = await readFile(path.join(folder.path, "causes/cause-1.toml"), "utf8");
    expect(cause).toContain("beside");
    const again = await runCommand(["run", "causes/cause-1.toml", "--uv", "0.9.5"], { cwd: folder.path });
    expect([again.exit, again.stdout.includes("reproduced")]).toEqual([0, true]);
  });

  it("writes a scenario for each cause, into a folder that is new", async () => {
    await using folder = await folderWith(SCENARIO.replace("$VALUE $(uv", "$VALUE$NOISE $(uv").replace('"bad uv 0.9.5"*', "bad* | 1*"));
    const search = () =>
      runCommand(["explore", "bug", "--uv", "0.9.18", "--depth", "1", "--write", "my causes/of it"], { cwd: folder.path });
    const { exit, stdout } = await search();
    expect({ exit, run: stdout.match(/run it: .*/g) }).toEqual({
      exit: 0,
      run: [1, 2].map((number) => `run it: npx uv-mre run 'my causes/of it/cause-${number}.toml' --uv 0.9.18`),
    });
    const again = await runCommand(["run", "my causes/of it", "--uv", "0.9.18"], { cwd: folder.path });
    expect(again.stdout).toContain("2 runs: 2 reproduced\n");
    expect(await search()).toMatchObject({ exit: 2, stdout: "", stderr: "error: my causes/of it is not empty; name a new folder\n" });
  });

  it("serves every index by --backend", async () => {
    await using folder = await folderWith(`schema = 1
title = "pypiserver answers a wrong password with 403, where others say 401"

[index.private]
url = "https://packages.example.com/simple/"
user = "alice"
packages = [{ name = "sandbox" }]

[[step]]
run = "uv pip install --target out --default-index https://alice:wrong@packages.example.com/simple/ sandbox"
reproduced = { final.any = { index = "private", status = 403 } }
healthy = { final.any = { index = "private", status = 401 } }

[vary.nothing]
"plain" = {}
"noisy" = { env = { NOISE = "1" } }
`);
    const search = (backend: string) =>
      runCommand(["explore", "bug", "--uv", "0.9.18", "--backend", backend, "--write", backend], { cwd: folder.path });
    const [ours, real] = [await search("embedded"), await search("pypiserver")];
    expect([ours.exit, ours.stdout]).toEqual([3, expect.stringContaining("The symptom appeared in none of them.")]);
    expect(real.stdout).toContain("run it: npx uv-mre run pypiserver/cause-1.toml --uv 0.9.18 --backend pypiserver\n");
  });

  it("Ctrl-C prints and writes what was found", async () => {
    const more = Array.from({ length: 40 }, (_, at) => `"noise ${at}" = { env = { NOISE = "${at}" } }`).join("\n");
    const single = SCENARIO.replace('" in "bad uv 0.9.5"*)', '" in "bad uv"*)').replace('"noisy" =', `${more}\n"noisy" =`);
    await using folder = await folderWith(single);
    const args = ["explore", "bug", "--uv", "0.9.18", "--write", "causes", "-j", "1"];
    const command = startCommand(args, { cwd: folder.path }, (stderr) => {
      if (stderr.includes("reproduced  value = bad")) command.kill("SIGINT");
    });
    const { exit, stdout, stderr } = await command.finished;
    expect([exit, stdout.includes("1. The symptom appears with value = bad.")]).toEqual([130, true]);
    expect(stdout).toContain("Interrupted: this is what was found until then.");
    expect(stderr.split("\n").length).toBeLessThan(45);
    const again = await runCommand(["run", "causes/cause-1.toml", "--uv", "0.9.18"], { cwd: folder.path });
    expect([again.exit, again.stdout.includes("reproduced")]).toEqual([0, true]);
  });

  it("reduces what is known to fail first", async () => {
    await using folder = await folderWith(SCENARIO);
    const failing = ["value = bad", "release=0.9.5", "environment = noisy"].flatMap((each) => ["--failing", each]);
    const { stdout } = await runCommand(["explore", "bug", "--uv", "0.9.18", "--depth", "1", "--json", ...failing], { cwd: folder.path });
    const { causes } = JSON.parse(stdout) as { causes: { factors: { axis: string }[] }[] };
    expect(causes.map(({ factors }) => factors.map(({ axis }) => axis))).toEqual([["value", "release"]]);
  });

  it.each([
    {
      what: "a slip in an option",
      from: "NOISE = ",
      to: "NOISE.x = ",
      says: /scenario\.toml:\d+:\d+: vary\.environment\.noisy\.step\.0\.env\.NOISE: /,
    },
    {
      what: "an option's release that is not one",
      from: 'uv = "0.9.5"',
      to: 'uv = ">=0.9"',
      says: /vary\.release\.0\.9\.5\.uv >=0\.9: means \d+ releases; name an exact release/,
    },
    { what: "no release at all", from: 'uv = "0.9.5"', to: "uv = 9", says: /vary\.release\.0\.9\.5\.uv: a release is a text/ },
    { what: "nothing to vary", from: /\[vary\.value\][^]*/, to: "", says: /there is nothing to vary/ },
  ])("$what is told, with status 2", async ({ from, to, says }) => {
    await using folder = await folderWith(SCENARIO.replace(from, to));
    const { exit, stdout, stderr } = await runCommand(["explore", "bug", "--uv", "0.9.18"], { cwd: folder.path });
    expect([exit, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain("    at ");
  });

  it.each(["value = worse", "valeu = bad"])("--failing %j is told, with status 2", async (failing) => {
    await using folder = await folderWith(SCENARIO);
    const { exit, stderr } = await runCommand(["explore", "bug", "--failing", failing], { cwd: folder.path });
    expect([exit, stderr.startsWith(`error: --failing "${failing}": `)]).toEqual([2, true]);
  });
});
