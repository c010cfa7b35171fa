import { execFile, spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, loadScenarios, openHarness } from "../../src/index.ts";
import { verifyDockerFolder } from "../../src/run/export/export-verify.ts";
import { exportScenario } from "../../src/run/export/export.ts";
import { dockerMissing, dockerNote } from "../docker.ts";
import { WHOLE, wholeOnly } from "../product/extent.ts";
import { temporaryFolder } from "../real-tools.ts";
import { BIN, put, runCommand, smallScenario, steady } from "./command.ts";

const SECRET = /umre-(good|stale)-[A-Za-z0-9]/;
const TWO = ["env-credentials", "uv-index-user-name-alone"] as const;
const git = promisify(execFile);
let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

/** What runs an export: nothing of ours, a uv and a Python on PATH. */
async function alone(script: string, uv: string, more: readonly string[] = []) {
  const { file } = await harness.release(uv);
  const { file: python } = await harness.python();
  const PATH = [path.dirname(file), path.dirname(python), "/usr/bin", "/bin"].join(":");
  return spawnSync("/usr/bin/env", ["-i", `PATH=${PATH}`, ...more, "bash", script], { encoding: "utf8" });
}

describe("--to script", () => {
  it("is verified with the ends of what the scenario claims, and shows the bug where there is nothing of ours", async (context) => {
    wholeOnly(context);
    await using folder = await temporaryFolder();
    const { exit, stdout, stderr } = await runCommand(["export", "scenarios/keyring-shadowing.toml", "--to", "script", "--verify"]);
    const [latest = ""] = await harness.select(["latest"]);
    expect({ exit, stderr }).toEqual({
      exit: 0,
      stderr: ["0.6.6", latest].map((uv) => `uv ${uv}: reproduced, the export shows the same\n`).join(""),
    });
    expect(stdout).toContain(`# verified with uv 0.6.6, ${latest}\n`);
    expect(stdout).not.toMatch(SECRET);
    const script = await put(folder.path, "repro.sh", stdout);
    // A path with a blank is no interpreter's: keyring's is found all the same.
    await using other = await temporaryFolder();
    const blank = path.join(other.path, "a b");
    await mkdir(blank);
    const run = await alone(script, "0.9.5", [`TMPDIR=${blank}`]);
    expect(await readdir(blank)).toEqual([]);
    expect(run.status).toBe(1);
    expect(run.stdout).toContain("keyring of the venv: get https://feeds.example.com/acme/_packaging/main/pypi/simple/");
    expect(run.stdout).toContain("raised NoKeyringError");
    expect(run.stdout).toMatch(/=> the bug\n$/);
    expect(run.stdout + run.stderr).not.toMatch(SECRET);
    expect(await readdir(folder.path)).toEqual(["repro.sh"]);
    const withoutPackages = await alone(await put(folder.path, "repro.sh", stdout.split("\n# wheel ")[0] ?? ""), "0.9.5");
    expect([withoutPackages.status, withoutPackages.stdout]).toEqual([125, ""]);
    expect(withoutPackages.stderr).toBe("the packages behind its end are left out: uv-mre export writes the whole script\n");
  });

  it("writes a file's address as our indexes do, whatever its version holds", async () => {
    await using folder = await temporaryFolder();
    const urls = {
      simple: "https://packages.example.com/simple/",
      gitlab: "https://gitlab.example.com/api/v4/projects/7/packages/pypi/simple/",
      "azure-devops": "https://feeds.example.com/acme/_packaging/main/pypi/simple/",
    };
    const indexes = Object.entries(urls).map(
      ([flavour, url]) =>
        `[index.${flavour}]\nflavour = "${flavour}"\nurl = "${url}"\nuser = "alice"\npackages = [{ name = "${flavour}", version = "1!2.0+a.b" }]\n`,
    );
    const scenario = `schema = 1
title = "an epoch and a local part"
${indexes.join("")}
[[step]]
run = ${JSON.stringify(["uv", "pip", "install", "--target", "t", ...Object.keys(urls).flatMap((name) => ["--index", `{{login.${name}}}`, name])])}
reproduced = { request.none = { url = "1!2.0+a.b" } }
healthy = { request.any = { url = "1!2.0+a.b" } }
`;
    const file = await put(folder.path, "version.toml", scenario);
    const { exit, stderr } = await runCommand(["export", file, "--verify", "--uv", "0.9.5"]);
    expect([exit, stderr]).toEqual([0, "uv 0.9.5: healthy, the export shows the same\n"]);
  });

  it("is not verified unless asked, and says what it cannot express", async () => {
    await using folder = await temporaryFolder();
    const plain = await runCommand(["export", await put(folder.path, "small.toml", smallScenario())]);
    expect(plain.stdout.split("\n").slice(0, 4)).toEqual(["#!/usr/bin/env bash", "# uv says which release it is", "#", "# not verified"]);
    const indexes = '[index.private]\nbackend = "pypiserver"\nfaults = [{ kind = "drop", nth = 1 }]\n\n[[step]]';
    const odd = await put(folder.path, "odd.toml", smallScenario().replace("[[step]]", indexes));
    const refused = await runCommand(["export", odd, "--output", path.join(folder.path, "odd.sh")]);
    expect({ ...refused, stderr: steady(refused.stderr, folder.path) }).toMatchInlineSnapshot(`
      {
        "exit": 2,
        "stderr": "error: this scenario cannot be exported:
        index.private.backend: a script that needs only uv and Python 3 cannot start a pypiserver
      ",
        "stdout": "",
      }
    `);
    expect(await readdir(folder.path)).toEqual(["odd.toml", "small.toml"]);
  });
});

it("a run without a verdict verifies nothing, and nothing is written", async () => {
  await using folder = await temporaryFolder();
  const small = await put(
    folder.path,
    "small.toml",
    smallScenario().replace('reproduced = { stdout = "uv 0.9.5" }', 'reproduced = { stdout = "uv 9" }'),
  );
  const { exit, stdout, stderr } = await runCommand(["export", small, "--verify", "--uv", "0.9.5"]);
  expect([exit, stdout, stderr]).toEqual([3, "", "uv 0.9.5: unresolved, which proves nothing; nothing is written\n"]);
});

describe("where the script goes", () => {
  it("is said, and a full disk is no fault of ours", async () => {
    await using folder = await temporaryFolder();
    const small = await put(folder.path, "small.toml", smallScenario());
    const file = path.join(folder.path, "repro.sh");
    expect((await runCommand(["export", small, "-o", file])).stderr).toBe(`wrote ${file}\n`);
    const full = await runCommand(["export", small, "-o", "/dev/full"]);
    expect([full.exit, full.stderr]).toEqual([2, "error: /dev/full cannot be written (ENOSPC)\n"]);
    const shell = spawnSync("bash", ["-c", '"$1" "$2" export "$3" >/dev/full', "-", process.execPath, BIN, small], { encoding: "utf8" });
    expect([shell.status, shell.stderr]).toEqual([74, "error: standard output cannot be written (ENOSPC)\n"]);
  });
});

describe("run --report --with-script", () => {
  it("folds in a script that runs as it is, or says why it does not", async () => {
    await using folder = await temporaryFolder();
    const pasted = async (name: string): Promise<{ summary: string; status: number | null; says: string }> => {
      const report = path.join(folder.path, "report.md");
      await runCommand(["run", `scenarios/${name}.toml`, "--uv", "0.9.5", "--report", report, "--with-script"]);
      const text = await readFile(report, "utf8");
      const [, summary = "", script = ""] =
        /<summary>((?:The same|The beginning).*)<\/summary>\n\n```sh\n([\s\S]*?)\n```\n/.exec(text) ?? [];
      const run = await alone(await put(folder.path, `${name}.sh`, script), "0.9.5");
      return { summary, status: run.status, says: run.stderr === "" ? (run.stdout.trimEnd().split("\n").at(-1) ?? "") : run.stderr };
    };
    expect(await pasted("env-credentials")).toEqual({
      summary: "The same as a script (save it, and run it with bash)",
      status: 0,
      says: "=> healthy",
    });
    expect(await pasted("keyring-shadowing")).toMatchObject({
      summary: "The beginning of the same as a script (uv-mre export keyring-shadowing.toml -o repro.sh writes it whole)",
      status: 2,
    });
  });
});

describe("--to git", () => {
  it.each(WHOLE ? TWO : TWO.slice(0, 1))("%s is a repository that a clone runs", async (name) => {
    await using folder = await temporaryFolder();
    const made = path.join(folder.path, "made");
    const { exit, stderr } = await runCommand(["export", `scenarios/${name}.toml`, "--to", "git", "-o", made, "--verify", "--uv", "0.9.5"]);
    expect({ exit, stderr: stderr.replace(/healthy|reproduced/, "VERDICT") }).toEqual({
      exit: 0,
      stderr: `uv 0.9.5: VERDICT, the export shows the same\nwrote ${made}\n`,
    });
    expect(await readdir(made)).toEqual([".gitattributes", "README.md", "repro.sh", "scenario.toml"]);
    expect(await readFile(path.join(made, "README.md"), "utf8")).toContain("Verified with uv 0.9.5.");
    expect(await readFile(path.join(made, "scenario.toml"), "utf8")).toBe(await readFile(`scenarios/${name}.toml`, "utf8"));
    const options = { cwd: made, env: { ...process.env, HOME: folder.path } };
    await git("git", ["init", "--quiet"], options);
    await git("git", ["add", "."], options);
    await git("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", "commit", "--quiet", "-m", "m"], options);
    await git("git", ["clone", "--quiet", made, path.join(folder.path, "clone")], options);
    const run = await alone(path.join(folder.path, "clone/repro.sh"), "0.9.5");
    expect(run.stdout).toMatch(name === "env-credentials" ? /=> healthy\n$/ : /=> the bug\n$/);
  });

  it("mixes nothing into a folder that holds something", async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, "mine"), "");
    const small = ["export", "scenarios/env-credentials.toml", "--to", "git"];
    const [full, unnamed] = await Promise.all([runCommand([...small, "-o", folder.path]), runCommand(small)]);
    expect([full, unnamed].map(({ exit, stderr }) => [exit, steady(stderr, folder.path)])).toMatchInlineSnapshot(`
      [
        [
          2,
          "error: $FOLDER is not empty; name a new folder
      ",
        ],
        [
          2,
          "error: --to git writes a folder: name it with --output
      ",
        ],
      ]
    `);
    expect(await readdir(folder.path)).toEqual(["mine"]);
  });
});

describe.skipIf(dockerMissing !== null)(`--to docker${dockerNote}`, () => {
  it.each(WHOLE ? TWO : TWO.slice(0, 1))("%s is a folder whose build shows it", async (name) => {
    await using folder = await temporaryFolder();
    const made = path.join(folder.path, "made");
    const { exit, stderr } = await runCommand([
      "export",
      `scenarios/${name}.toml`,
      "--to",
      "docker",
      "-o",
      made,
      "--verify",
      "--uv",
      "0.9.5",
    ]);
    expect({ exit, stderr: stderr.replace(/healthy|reproduced/, "VERDICT") }).toEqual({
      exit: 0,
      stderr: `uv 0.9.5: VERDICT, the export shows the same\nwrote ${made}\n`,
    });
    expect(await readdir(made)).toEqual(["Dockerfile", "repro.sh"]);
    expect(await readFile(path.join(made, "Dockerfile"), "utf8")).toMatch(
      /^# .*\n# verified with uv 0\.9\.5\n(.*\n)*ARG BASE_IMAGE=python:3\.13-slim\nFROM \$\{BASE_IMAGE\}\nARG UV_VERSION=0\.9\.5\n/,
    );
  });

  it("a build that does something else is found out", async (context) => {
    wholeOnly(context);
    const [loaded] = await loadScenarios(["scenarios/uv-index-user-name-alone.toml"]);
    if (loaded === undefined) throw new Error("the scenario is gone");
    const exported = await exportScenario(harness, loaded);
    const files = exported.dockerFolder({ uv: "0.9.5", verified: null });
    const other = { ...files, "repro.sh": { text: exported.script(null).replaceAll("UV_INDEX=", "UV_NOTHING="), executable: true } };
    const { difference } = await verifyDockerFolder(harness, loaded, other, await harness.release("0.9.5"));
    expect(difference).not.toEqual([]);
    const nothing = { ...files, Dockerfile: { text: "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n", executable: false } };
    const passed = await verifyDockerFolder(harness, loaded, nothing, await harness.release("0.9.5"));
    expect(passed.difference[0]).toBe("uv-mre: reproduced; the export: exit status 0");
  });
});
