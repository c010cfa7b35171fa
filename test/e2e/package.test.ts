import { randomUUID } from "node:crypto";
import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as library from "../../src/index.ts";
import { wholeOnly } from "../product/extent.ts";
import { dockerMissing, dockerNote } from "../docker.ts";
import { put, ROOT, smallScenario } from "./command.ts";

// The built package by its own name, as those who install it see it; `npm test` builds it first.
const runFile = promisify(execFile);
let folder: string;
// Below the project, where `uv-mre` means this package.
beforeAll(async () => {
  const base = path.join(ROOT, ".uv-mre");
  await mkdir(base, { recursive: true });
  folder = await mkdtemp(path.join(base, "consumer-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the compiler has against a program that uses the package. */
async function compilerSays(file: string): Promise<string> {
  const options = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2024", "--lib", "es2024,esnext.disposable"];
  const compiler = path.join(ROOT, "node_modules/typescript/bin/tsc");
  const args = [compiler, "--ignoreConfig", ...options, "--types", "node", file];
  const compiled = await runFile(process.execPath, args, { cwd: folder }).catch((error: { stdout: string }) => error);
  return compiled.stdout;
}

describe("the installed package", () => {
  it("is a library: import … from uv-mre, with typed results", async () => {
    await put(folder, "small.toml", smallScenario());
    const file = await put(
      folder,
      "library.ts",
      `import { bisectScenario, checkLoopback, Interrupted, loadScenarios, openHarness, runScenario } from "uv-mre";
import { toRunJson, type RunResult, UserError, type Verdict } from "uv-mre";
const harness = await openHarness();
const [scenario] = await loadScenarios(["small.toml"]);
if (scenario === undefined) throw new Error("no scenario");
const result: RunResult = await runScenario(harness, scenario, await harness.release("0.9.5"));
const verdict: Verdict = result.verdict;
checkLoopback(scenario);
const signal = AbortSignal.abort();
const ended: unknown = await bisectScenario(harness, scenario, { bad: "0.9.5", signal }).catch((error: unknown) => error);
const wrong: unknown = await loadScenarios(["absent.toml"]).catch((error: unknown) => error);
console.log(JSON.stringify([verdict, toRunJson([result]).runs[0]?.steps[0]?.stdout.slice(0, 8), wrong instanceof UserError, ended instanceof Interrupted]));
await harness[Symbol.asyncDispose]();
// @ts-expect-error a verdict is one of four words
export const other: typeof result.verdict = "maybe";
`,
    );
    expect(await compilerSays(file)).toBe("");
    const { stdout } = await runFile(process.execPath, [file], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual(["reproduced", "uv 0.9.5", true, true]);
  });

  it("is the library that docs/library.md shows: its parts are one program, and each does its work", async () => {
    const page = await readFile(path.join(ROOT, "docs/library.md"), "utf8");
    const named = page
      .match(/^\| .*$/gm)
      ?.flatMap((row) => [...(row.split("|")[2] ?? "").matchAll(/`(\w+)`/g)].map(([, name = ""]) => name));
    expect(named?.length).toBeGreaterThan(30);
    expect(named?.filter((name) => !(name in library))).toEqual([]);
    // With fewer runs to confirm the answer, of which there are twenty each unless told otherwise.
    const parts = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) =>
      code.replace('bad: "0.9.5" }', 'bad: "0.9.5", confirm: 3 }'),
    );
    const here = path.join(folder, "page");
    const variations = `
[vary.release."0.9.18"]
[vary.release."0.9.5"]
uv = "0.9.5"

[claims]
"<0.9.6" = "reproduced"
`;
    const id = randomUUID();
    // Another one each time: results of an earlier run of this test would count.
    await put(here, "my-bug.toml", smallScenario(`${variations}\n[files]\n"unlike-others" = "${id}"\n`));
    await put(here, "cache/results/old/1.json", "{}");
    const outcome = {
      verdicts: "results.map(({ verdict }) => verdict)",
      report: 'report.split("\\n").filter((line) => /^# |^<summary>The/.test(line)).slice(0, 2)',
      bisection: "found.result.outcome",
      history: "history.result.segments.map(({ from, verdict }) => [from, verdict])",
      causes: "causes.map(({ factors, uv }) => ({ factors, uv }))",
      verified: "verified",
      script: 'script.split("\\n").find((line) => line.includes("verified"))',
      cache: "[entries, releases, pruned, cleared]",
      lacking: "lacking",
    };
    const file = await put(
      here,
      "page.ts",
      `${parts.join("\n")}\nconsole.log(JSON.stringify({ ${Object.entries(outcome)
        .map(([key, value]) => `${key}: ${value}`)
        .join(", ")} }));\n`,
    );
    expect(await compilerSays(file)).toBe("");
    const { stdout } = await runFile(process.execPath, [file], { cwd: here });
    const lines = stdout.trimEnd().split("\n");
    expect(JSON.parse(lines.pop() ?? "")).toMatchInlineSnapshot(`
      {
        "bisection": {
          "firstChanged": "0.9.6",
          "kind": "found",
          "lastBefore": "0.9.5",
        },
        "cache": [
          [
            {
              "bytes": 2,
              "name": "results",
            },
          ],
          [],
          {
            "freedBytes": 0,
            "releases": [],
          },
          {
            "freedBytes": 34,
          },
        ],
        "causes": [
          {
            "factors": [
              {
                "axis": "release",
                "option": "0.9.5",
              },
            ],
            "uv": "0.9.5",
          },
        ],
        "history": [
          [
            "0.9.5",
            "reproduced",
          ],
          [
            "0.9.18",
            "healthy",
          ],
        ],
        "lacking": [],
        "report": [
          "# uv says which release it is",
          "<summary>The same as a script (save it, and run it with bash)</summary>",
        ],
        "script": "# verified with uv 0.9.5",
        "verdicts": [
          "reproduced",
          "healthy",
        ],
        "verified": [
          "0.9.5",
        ],
      }
    `);
    expect(`\n${lines.map((line) => line.replaceAll(/\d+(\.\d+)? (ms|s)\b/g, "$TIME").replaceAll(id, "ID")).join("\n")}\n`)
      .toMatchInlineSnapshot(`
        "
        SCENARIO     UV      VERDICT     CLAIM  TIME
        my-bug.toml  0.9.5   reproduced  held   $TIME
        my-bug.toml  0.9.18  healthy     –      $TIME
        2 runs: 1 reproduced, 1 healthy; 1 claim held, 0 contradicted
        my-bug.toml uv 0.9.5  reproduced
          $ uv --version  (exit 0 after $TIME)
        my-bug.toml uv 0.9.18  healthy
          $ uv --version  (exit 0 after $TIME)
        my-bug.toml: The bug went with uv 0.9.6: last bad 0.9.5, first good 0.9.6.
          https://github.com/astral-sh/uv/compare/0.9.5...0.9.6
        what differed:
          no request, keyring call, exit status, leak or file asked for
        6 releases were run:
          0.9.5   reproduced (3 of 3)
          0.9.6   healthy (3 of 3)
          0.9.8   healthy
          0.9.9   healthy
          0.9.14  healthy
          0.9.18  healthy
        if repeats are independent, and one release shows each verdict at a constant rate: 3 equal repeats leave a 5 % chance that another verdict comes in 63 % of the runs or more
        repeat: npx uv-mre bisect my-bug.toml
        my-bug.toml
        0.9  RH
          R reproduced   H healthy
          0.9.5 (1 of 1 run)  reproduced
          0.9.18 (1 of 1 run)  healthy
        All 2 releases were asked.
        if repeats are independent, and one release shows each verdict at a constant rate: 20 equal repeats leave a 5 % chance that another verdict comes in 14 % of the runs or more
        repeat: npx uv-mre map my-bug.toml
        my-bug.toml with uv 0.9.18: 2 runs over 1 axis, up to 2 changed at once
        1. The symptom appears with release = 0.9.5.
           without release = 0.9.5: healthy
        2 kinds of outcome:
          1 × healthy: uv --version: exit 0 []
          1 × reproduced: uv --version: exit 0 []

        The first as a scenario, for uv 0.9.5 (--write FOLDER writes all of them):

        schema = 1
        title = "uv says which release it is (release = 0.9.5)"

        [[step]]
        run = "uv --version"

        [step.reproduced]
        stdout = "uv 0.9.5"

        [step.healthy.stdout]
        contains = "uv"
        lacks = "uv 0.9.5"

        [files]
        unlike-others = "ID"
        "
      `);
    expect(await readdir(path.join(here, "for-git"))).toEqual([".gitattributes", "README.md", "repro.sh", "scenario.toml"]);
    expect(await readdir(path.join(here, "for-docker"))).toEqual(["Dockerfile", "repro.sh"]);
    await expect(access(path.join(here, "cache/results"))).rejects.toThrow("ENOENT");
  });

  it.skipIf(dockerMissing !== null)(`verifies a Docker folder${dockerNote}`, async (context) => {
    wholeOnly(context);
    await put(folder, "small.toml", smallScenario());
    const file = await put(
      folder,
      "docker.ts",
      `import { exportScenario, loadScenarios, openHarness, verifyDockerFolder } from "uv-mre";
await using harness = await openHarness();
const [scenario] = await loadScenarios(["small.toml"]);
if (scenario === undefined) throw new Error("no scenario");
const folder = (await exportScenario(harness, scenario)).dockerFolder({ uv: "0.9.5", verified: null });
console.log(JSON.stringify(await verifyDockerFolder(harness, scenario, folder, await harness.release("0.9.5"))));
`,
    );
    const { stdout } = await runFile(process.execPath, [file], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({ uv: "0.9.5", verdict: "reproduced", difference: [], holds: true });
  });

  it("brings every program in another language, and none of their tests", async () => {
    const { stdout } = await runFile("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: ROOT });
    const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
    const shipped = packed?.files.map((file) => file.path).filter((file) => file.startsWith("programs/"));
    const written = await readdir(path.join(ROOT, "programs"), { withFileTypes: true, recursive: true });
    const programs = written.filter((entry) => entry.isFile() && /\.(py|sh)$/.test(entry.name));
    expect(shipped).toEqual(programs.map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name))).sort());
  });

  it("tells an older Node what it needs", async () => {
    const old = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });';
    const program =
      'import { openHarness } from "uv-mre"; await openHarness().catch(({ name, message }) => console.log(`${name}: ${message}`));';
    const preload = `data:text/javascript,${encodeURIComponent(old)}`;
    const { stdout } = await runFile(process.execPath, ["--import", preload, await put(folder, "old.mjs", program)], { cwd: folder });
    expect(stdout).toBe("UserError: uv-mre needs Node 22.22 or newer; this is Node 20.20.2.\n");
  });

  it("is a command", async () => {
    await put(folder, "small.toml", smallScenario());
    const manifest = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8")) as { version: string; bin: { "uv-mre": string } };
    // Run as a file, as npx does.
    const { stdout } = await runFile(path.join(ROOT, manifest.bin["uv-mre"]), ["--version"]);
    expect(stdout).toBe(`${manifest.version}\n`);
    const run = await runFile(process.execPath, [path.join(ROOT, manifest.bin["uv-mre"]), "run", "small.toml", "--uv", "0.9.5"], {
      cwd: folder,
    });
    expect(run.stdout).toContain("1 run: 1 reproduced");
  });

  it("makes tests of scenarios by uv-mre/vitest: failures show reasons and evidence, unsupported is skipped", async () => {
    await put(folder, "suite/held.toml", smallScenario('\n[claims]\n"<1" = "reproduced"\n'));
    await put(folder, "suite/contradicted.toml", smallScenario('\n[claims]\n"<1" = "healthy"\n'));
    await put(folder, "suite/unresolved.toml", smallScenario('\n[[step]]\nrun = ["python", "-c", "raise SystemExit(7)"]\n'));
    await put(folder, "suite/unsupported.toml", smallScenario().replace('release it is"', 'release it is"\nsupported = ">=0.9.6"'));
    await put(
      folder,
      "some.test.ts",
      'import { scenarioTests } from "uv-mre/vitest";\nawait scenarioTests("suite/*.toml", { uv: ["0.9.5"] });\n',
    );
    await put(folder, "vitest.config.ts", 'export default { test: { include: ["*.test.ts"] } };\n');
    const vitest = path.join(ROOT, "node_modules/vitest/vitest.mjs");
    const report = path.join(folder, "results.json");
    const ran = runFile(process.execPath, [vitest, "run", "--root", folder, "--reporter=json", `--outputFile=${report}`], {
      cwd: folder,
      env: { ...process.env, GITHUB_ACTIONS: "true" },
    });
    await expect(ran).rejects.toMatchObject({
      code: 1,
      // At the lines of the scenarios' claim and condition.
      stderr: expect.stringMatching(
        /^::error file=suite\/contradicted\.toml,line=10,title=A claim is contradicted::uv 0\.9\.5: claimed healthy, came to reproduced$/mu,
      ),
    });
    const { testResults } = JSON.parse(await readFile(report, "utf8")) as {
      testResults: { assertionResults: { ancestorTitles: string[]; title: string; status: string; failureMessages: string[] }[] }[];
    };
    const results = (testResults[0]?.assertionResults ?? []).map(({ ancestorTitles, title, status, failureMessages }) => ({
      test: `${ancestorTitles.join(" > ")} > ${title}`,
      status,
      message: failureMessages
        .join("\n")
        .split("\n    at ")[0]
        ?.replaceAll(/\d+(\.\d+)? (ms|s)\b/g, "$TIME"),
    }));
    expect(results).toMatchInlineSnapshot(`
      [
        {
          "message": "AssertionError: suite/contradicted.toml with uv 0.9.5: reproduced (claimed: healthy)
      the scenario claims healthy for this release
      suite/contradicted.toml uv 0.9.5  reproduced
        $ uv --version  (exit 0 after $TIME)
      --- step 0 printed
      uv 0.9.5",
          "status": "failed",
          "test": "suite/contradicted.toml > uv 0.9.5",
        },
        {
          "message": "",
          "status": "passed",
          "test": "suite/held.toml > uv 0.9.5",
        },
        {
          "message": "AssertionError: suite/unresolved.toml with uv 0.9.5: unresolved (nothing is claimed)
      step[1].exit: wanted: the command exits with 0; seen: exit status 7
      suite/unresolved.toml uv 0.9.5  unresolved
        $ uv --version  (exit 0 after $TIME)
        $ python -c 'raise SystemExit(7)'  (exit 7 after $TIME)
      --- step 0 printed
      uv 0.9.5",
          "status": "failed",
          "test": "suite/unresolved.toml > uv 0.9.5",
        },
        {
          "message": "",
          "status": "skipped",
          "test": "suite/unsupported.toml > uv 0.9.5",
        },
      ]
    `);
  });
});
