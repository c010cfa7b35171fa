import { readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { cacheFolder } from "../../src/run/cache/cache-folder.ts";
import { loadScenarios, openHarness, type RunJson, verifyScript } from "../../src/index.ts";
import { wholeOnly } from "../product/extent.ts";
import { temporaryFolder } from "../real-tools.ts";
import { put, runCommand } from "./command.ts";

/**
 * A scenario that does all it can to get its secrets out: in arguments, in the environment, in URLs, printed by uv
 * itself and by a script, plain, percent-encoded, in base64, split over writes, and into files.
 */
const TALKATIVE = `schema = 1
title = "Secrets on every way out"
env = { WORD = "{{secret.private}}" }

[index.private]
url = "https://packages.example.com/simple/"
user = "alice"
packages = [{ name = "sandbox" }]

[files]
"secret.txt" = "{{secret.private}} {{stale.private}}"
"pyproject.toml" = '''
[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.8"
dependencies = ["sandbox"]

[[tool.uv.index]]
name = "private"
url = "{{login.private}}"
'''

[home]
".netrc" = "machine packages.example.com login alice password {{secret.private}}"

[[step]]
run = "uv auth login packages.example.com --username alice --password {{secret.private}}"

[[step]]
run = "uv auth token packages.example.com --username alice"

[[step]]
run = "uv -vv sync --index https://alice:{{stale.private}}@packages.example.com/simple/"
exit = "any"

[[step]]
run = ["python", "-c", """
import base64, os, sys, time
word = os.environ["WORD"]
encoded = "".join("%%%02x" % byte for byte in word.encode())
header = base64.b64encode(("alice:" + word).encode()).decode()
for stream in (sys.stdout, sys.stderr):
    for text in (word, encoded, encoded.upper(), header, base64.b64encode(word.encode()).decode(), "x" + word + "x"):
        for part in (text[:7], text[7:20], text[20:]):
            stream.write(part)
            stream.flush()
            time.sleep(0.01)
        stream.write("\\\\n")
open("written.txt", "w").write(word)
""", "{{secret.private}}", "https://alice:{{stale.private}}@packages.example.com/"]
stdin = "{{secret.private}} {{stale.private}}"

[[step]]
run = "uv -v sync"
reproduced = { exit = "nonzero" }
healthy = { exit = 0 }
`;

/** The same, with a verdict that depends on the release: 0.9.5 reproduces. */
const CHANGING = `${TALKATIVE.replace(/reproduced = .*\nhealthy = .*\n$/, "")}
[[step]]
run = "uv --version"
reproduced = { stdout = "uv 0.9.5" }
healthy = { stdout = { contains = "uv", lacks = "uv 0.9.5" } }

[vary.release."as asked"]

[vary.release."0.9.5"]
uv = "0.9.5"

[vary.word.once]

[vary.word.twice]
step.3.run = ["python", "-c", "print('{{secret.private}}')", "{{stale.private}}"]
`;

/** `umre-good` and `umre-stale` in every form, at any of base64's three offsets. */
const FORMS: readonly RegExp[] = [
  /umre-(good|stale)/i,
  /umre%2d(good|stale)/i,
  new RegExp(everyByte("umre-"), "i"),
  ...["umre-good-", "umre-stale-"].flatMap((word) => [0, 1, 2].map((offset) => new RegExp(insideBase64(word, offset)))),
];

/** The part of `word` in base64 that does not depend on its neighbours, when it begins `offset` bytes into a group. */
function insideBase64(word: string, offset: number): string {
  const text = Buffer.from("\0".repeat(offset) + word).toString("base64");
  return text.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + word.length) * 8) / 6)).replaceAll("+", "\\+");
}

function everyByte(word: string): string {
  return word.replaceAll(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
}

function secretsIn(text: string): string[] {
  return FORMS.flatMap((form) => form.exec(text)?.[0] ?? []);
}

/** Text of every file below a folder that was written since then, by its path there. What other tests remove meanwhile is left out. */
async function textsBelow(folder: string, since = 0, skip: readonly string[] = []): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const file = path.join(folder, entry.name);
    if (skip.includes(entry.name)) continue;
    if (entry.isDirectory()) for (const [name, text] of await textsBelow(file, since)) texts.set(path.join(entry.name, name), text);
    const written = entry.isFile() ? await stat(file).catch(() => null) : null;
    if (written !== null && written.mtimeMs >= since - 1000) texts.set(entry.name, await readFile(file, "latin1").catch(() => ""));
  }
  return texts;
}

function withSecrets(texts: ReadonlyMap<string, string>): string[] {
  return [...texts].filter(([, text]) => secretsIn(text).length > 0).map(([file]) => file);
}

describe("the search for secrets finds them in every form", () => {
  const value = "umre-stale-QgAc7Fr0";
  it.each([
    `say ${value}`,
    value.replaceAll("-", "%2D"),
    everyByte(value),
    ...["", "a", "ab", "alice:"].map((before) => Buffer.from(before + value).toString("base64")),
  ])("%s", (text) => {
    expect(secretsIn(text)).not.toEqual([]);
  });
});

describe("no secret gets out", () => {
  it("run: table, time line, report with the verbose log, --keep's words", async () => {
    await using folder = await temporaryFolder();
    await put(folder.path, "talkative.toml", TALKATIVE);
    const env = { TMPDIR: folder.path };
    const args = ["run", "talkative.toml", "--uv", "0.9.5", "--verbose", "--keep", "--report", "report.md", "--with-script"];
    const { exit, stdout, stderr } = await runCommand(args, { cwd: folder.path, env });
    const report = await readFile(path.join(folder.path, "report.md"), "utf8");
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
    expect(secretsIn(stdout)).toEqual([]);
    expect(secretsIn(stderr)).toEqual([]);
    expect(secretsIn(report)).toEqual([]);
    // They were there to be found: their names stand in their places, and the kept folder has them.
    expect(report).toContain("<secret:private.alice");
    expect(stdout).toContain("<secret:private.alice");
    const kept = /kept: (\S+) /.exec(stdout)?.[1] ?? "";
    // There they are where the scenario and uv put them, and where the keyring's plugin reads its answers: nowhere else.
    expect(withSecrets(await textsBelow(kept)).sort()).toEqual([
      "etc/keyring.json",
      "home/.local/share/uv/credentials/credentials.toml",
      "home/.netrc",
      "project/pyproject.toml",
      "project/secret.txt",
      "project/written.txt",
    ]);
    await rm(kept, { recursive: true, force: true });
    expect(withSecrets(await textsBelow(folder.path))).toEqual([]);
  });

  it("run --json, which reports each leak and where", async () => {
    const { exit, stdout, stderr } = await runCommand(["run", "-", "--uv", "0.9.5", "--json"], { input: TALKATIVE });
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
    expect(secretsIn(stdout + stderr)).toEqual([]);
    const { runs } = JSON.parse(stdout) as RunJson;
    expect(runs[0]?.steps[1]?.stdout).toMatch(/^<secret:private\.alice>\n$/);
    const leaks = (runs[0]?.leaks ?? []).map(({ step, where, secret, form }) => `${step} ${where}: ${secret}, ${form}`);
    expect(leaks).toMatchInlineSnapshot(`
      [
        "1 stdout: private.alice, plain",
        "3 stdout: private.alice, plain",
        "3 stdout: private.alice, percent-encoded",
        "3 stdout: private.alice, base64",
        "3 stderr: private.alice, plain",
        "3 stderr: private.alice, percent-encoded",
        "3 stderr: private.alice, base64",
        "3 written.txt: private.alice, plain",
      ]
    `);
  });

  it("bisect --json and map: progress, answers, reports, and what else is put into the cache", async () => {
    await using folder = await temporaryFolder();
    await put(folder.path, "changing.toml", CHANGING);
    const since = Date.now();
    const bounds = ["--good", "0.9.6", "--bad", "0.9.5", "--confirm", "2"];
    const bisect = await runCommand(["bisect", "changing.toml", ...bounds, "--no-cache", "--json", "--report", "bisect.md"], {
      cwd: folder.path,
    });
    expect(JSON.parse(bisect.stdout)).toMatchObject({ lastBefore: "0.9.5", firstChanged: "0.9.6" });
    const releases = ["--uv", "0.9.5", "--uv", "0.9.6", "--confirm", "2"];
    const map = await runCommand(["map", "changing.toml", ...releases, "--report", "map.md"], { cwd: folder.path });
    expect({ exit: map.exit, cached: map.stderr.includes("(cached)") }).toEqual({ exit: 0, cached: true });
    const json = await runCommand(["map", "changing.toml", ...releases, "--json"], { cwd: folder.path });
    const told = [bisect, map, json].map(({ stdout, stderr }) => stdout + stderr).join("\n");
    expect(secretsIn(told)).toEqual([]);
    expect(withSecrets(await textsBelow(folder.path))).toEqual([]);
    expect(await readFile(path.join(folder.path, "map.md"), "utf8")).toContain("## `0.9.5` to `0.9.6`");
    // Releases and packages are not ours to read through; what is written for a run is.
    const own = await textsBelow(cacheFolder(process.env), since, ["releases", "wheelhouse", "uv-cache", "pip", "staging"]);
    expect(own.size).toBeGreaterThanOrEqual(2);
    expect([...own.values()].join("\n")).toContain("<secret:private.alice");
    expect(withSecrets(own)).toEqual([]);
  });

  it("check: the evidence it prints", async () => {
    const { exit, stdout, stderr } = await runCommand(["check", "-", "--uv", "0.9.5", "--accept-exit-status"], { input: TALKATIVE });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(secretsIn(stdout)).toEqual([]);
    expect(stdout).toContain("<secret:private.alice>");
  });

  it("explore: samples, causes, the scenarios it writes, --json", async (context) => {
    wholeOnly(context);
    await using folder = await temporaryFolder();
    await put(folder.path, "changing.toml", CHANGING);
    const args = ["explore", "changing.toml", "--uv", "0.9.6", "--depth", "1"];
    const text = await runCommand([...args, "--write", "causes"], { cwd: folder.path });
    const json = await runCommand([...args, "--json"], { cwd: folder.path });
    expect([text.exit, json.exit]).toEqual([0, 0]);
    expect(secretsIn([text, json].map(({ stdout, stderr }) => stdout + stderr).join("\n"))).toEqual([]);
    expect(json.stdout).toContain("python -c print('<secret:private.alice>')");
    const written = await textsBelow(folder.path);
    expect([...written.keys()]).toContain("causes/cause-1.toml");
    expect(withSecrets(written)).toEqual([]);
  });

  it("export: the script, the folder, and what a verification finds", async () => {
    await using folder = await temporaryFolder();
    const file = await put(folder.path, "talkative.toml", TALKATIVE);
    const env = { TMPDIR: folder.path };
    const verified = await runCommand(["export", file, "--verify", "--uv", "0.9.5", "-o", "repro.sh"], { cwd: folder.path, env });
    expect(verified).toMatchObject({ exit: 0, stdout: "" });
    const git = await runCommand(["export", file, "--to", "git", "-o", "repository"], { cwd: folder.path, env });
    expect(secretsIn([verified, git].map(({ stdout, stderr }) => stdout + stderr).join("\n"))).toEqual([]);
    expect([...(await textsBelow(folder.path)).keys()]).toEqual(expect.arrayContaining(["repro.sh", "repository/repro.sh"]));
    expect(withSecrets(await textsBelow(folder.path))).toEqual([]);

    await using harness = await openHarness();
    const [loaded] = await loadScenarios([file]);
    if (loaded === undefined) throw new Error("no scenario");
    const script = await readFile(path.join(folder.path, "repro.sh"), "utf8");
    const other = script.replaceAll("[401,{", "[403,{");
    const { difference } = await verifyScript(harness, loaded, other, await harness.release("0.9.5"));
    expect(difference.join("\n")).toContain("403, stale");
    expect(secretsIn(difference.join("\n"))).toEqual([]);
  });

  it("shell: what is printed live", async () => {
    const input = "uv sync; uv auth token packages.example.com > /dev/null; exit 7\n";
    const shell = await runCommand(["shell", "-", "--uv", "0.9.5"], { input });
    expect(shell.exit).toBe(2);
    await using folder = await temporaryFolder();
    await put(folder.path, "talkative.toml", TALKATIVE);
    const { exit, stderr } = await runCommand(["shell", "talkative.toml", "--uv", "0.9.5"], { cwd: folder.path, input });
    expect({ exit, stderr }).toMatchObject({ exit: 7 });
    expect(stderr).toContain("GET");
    expect(secretsIn(stderr)).toEqual([]);
  });
});
