import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

describe("the installed package", () => {
  it("is a library: import … from uv-mre, with typed results", async () => {
    await put(folder, "small.toml", smallScenario());
    const file = await put(
      folder,
      "library.ts",
      `import { loadScenarios, openHarness, runScenario, toRunJson, type RunResult, UserError, type Verdict } from "uv-mre";
const harness = await openHarness();
const [scenario] = await loadScenarios(["small.toml"]);
if (scenario === undefined) throw new Error("no scenario");
const result: RunResult = await runScenario(harness, scenario, await harness.release("0.9.5"));
const verdict: Verdict = result.verdict;
const wrong: unknown = await loadScenarios(["absent.toml"]).catch((error: unknown) => error);
console.log(JSON.stringify([verdict, toRunJson([result]).runs[0]?.steps[0]?.stdout.slice(0, 8), wrong instanceof UserError]));
await harness[Symbol.asyncDispose]();
// @ts-expect-error a verdict is one of four words
export const other: typeof result.verdict = "maybe";
`,
    );
    const options = [
      "--ignoreConfig",
      "--strict",
      "--noEmit",
      "--module",
      "nodenext",
      "--target",
      "es2024",
      "--lib",
      "es2024,esnext.disposable",
    ];
    const compiler = path.join(ROOT, "node_modules/typescript/bin/tsc");
    const compiled = await runFile(process.execPath, [compiler, ...options, "--types", "node", file], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(compiled.stdout).toBe("");
    const { stdout } = await runFile(process.execPath, [file], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual(["reproduced", "uv 0.9.5", true]);
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
    const ran = runFile(process.execPath, [vitest, "run", "--root", folder, "--reporter=json", `--outputFile=${report}`], { cwd: folder });
    await expect(ran).rejects.toMatchObject({ code: 1 });
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
